"""The small vocabularies of vehicles: body styles and powertrains, both many-valued and filterable."""

from django.utils.translation import gettext_lazy as _

from catalogue.terms import Term


class BodyStyle(Term):
    """Sedan, wagon, pickup ..."""

    class Meta(Term.Meta):
        verbose_name = _("body style")
        verbose_name_plural = _("body styles")


class Powertrain(Term):
    """What drives it: gasoline, hybrid, fuel cell ..."""

    class Meta(Term.Meta):
        verbose_name = _("powertrain")
        verbose_name_plural = _("powertrains")
