"""What every catalogue entry has in common: a slug, draft or published, confidence, timestamps, citations.

``catalogue`` knows nothing of vehicles and plants; they build on this.
"""

from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from catalogue.natural_keys import NaturalKeyModel, NaturalKeyQuerySet


class Publication(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")


class Confidence(models.TextChoices):
    HIGH = "high", _("high: a primary source or two independent ones")
    MEDIUM = "medium", _("medium: one good source")
    LOW = "low", _("low: a weak source, or only a plan")


class EntryQuerySet(NaturalKeyQuerySet):
    """Entries as readers and as editors may see them."""

    #: Relations an entry is only public through: a run of a draft generation is not public either.
    published_through: tuple[str, ...] = ()

    def published(self):
        """Entries the public may see: published, and so is everything they hang on."""
        conditions = {"publication": Publication.PUBLISHED}
        conditions.update({f"{path}__publication": Publication.PUBLISHED for path in self.published_through})
        return self.filter(**conditions)

    def visible_to(self, user):
        """All entries for those who may view this type in the admin, else the published ones."""
        may_view = user.is_staff and user.has_perm(f"{self.model._meta.app_label}.view_{self.model._meta.model_name}")
        return self.all() if may_view else self.published()


class Entry(NaturalKeyModel):
    """One thing the catalogue describes. Abstract.

    An entry whose type says ``needs_citation`` can only be published once it has a citation.
    """

    #: Whether an entry of this type must have a citation before it is published.
    needs_citation = False
    #: Whether entries of this type have a page of their own, which must stay reachable when the slug changes.
    has_page = True

    slug = models.SlugField(
        _("slug"),
        max_length=120,
        help_text=_("Its part of the address: lower case, digits, hyphens. Changing it leaves a redirect behind."),
    )
    publication = models.CharField(
        _("publication"),
        max_length=10,
        choices=Publication,
        default=Publication.DRAFT,
        db_index=True,
        help_text=_("Drafts are seen by editors only."),
    )
    confidence = models.CharField(_("confidence"), max_length=6, choices=Confidence, default=Confidence.MEDIUM)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    citations = GenericRelation("catalogue.Citation", "entry_id", "entry_type", related_query_name="%(class)s")

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values):
        entry = super().from_db(db, field_names, values)
        entry._stored_slug = entry.__dict__.get("slug")
        return entry

    def make_slug(self) -> str:
        """A slug for an entry saved without one; types that editors need not name say how."""
        return ""

    def _made_slug(self) -> str:
        """``make_slug``, with a number where another entry of the type has it already."""
        made = slug = self.make_slug()
        others = type(self)._base_manager.exclude(pk=self.pk)
        number = 1
        while slug and others.filter(slug=slug).exists():
            number += 1
            slug = f"{made[:115]}-{number}"
        return slug

    def save(self, *args, **kwargs):
        """Save, and leave a redirect behind where the slug of an entry with a page changes."""
        self.slug = self.slug or self._made_slug()
        stored = getattr(self, "_stored_slug", None)
        super().save(*args, **kwargs)
        if self.has_page and stored and stored != self.slug:
            from catalogue.models import OldAddress

            OldAddress.leave_behind(self, stored)
        self._stored_slug = self.slug

    @property
    def is_draft(self) -> bool:
        return self.publication == Publication.DRAFT

    def check_publishable(self) -> None:
        """Raise ValidationError where this saved entry lacks what publishing asks for."""
        if self.needs_citation and not self.citations.exists():
            raise ValidationError(
                _("%(entry)s has no citation yet. Add a source below, or keep it as a draft."),
                code="no_citation",
                params={"entry": capfirst(str(self))},
            )

    def publish(self) -> None:
        """Publish this entry; raises ValidationError where a citation is missing."""
        self.check_publishable()
        self.publication = Publication.PUBLISHED
        self.save()


class EntryKeyField(models.PositiveBigIntegerField):
    """The id of any entry, written to fixtures as ``app.type/natural/key`` instead of a number.

    With it a generic foreign key survives export and import: ids differ between databases, natural keys
    do not.
    """

    def value_to_string(self, obj) -> str:
        return entry_key(obj.entry)

    def value_from_object(self, obj):
        # The serializer writes numbers as they are and asks value_to_string for the rest; this makes it ask.
        value = super().value_from_object(obj)
        return _EntryId(value) if value is not None else None

    def to_python(self, value):
        if isinstance(value, str) and "/" in value:
            try:
                return find_entry(value).pk
            except (LookupError, ObjectDoesNotExist) as error:
                raise ValidationError(f"There is no entry {value}.") from error
        return super().to_python(value)


class _EntryId:
    """A number the serializer does not recognise as one; see EntryKeyField."""

    def __init__(self, number: int):
        self.number = number

    def __int__(self) -> int:
        return int(self.number)

    def __str__(self) -> str:
        return str(self.number)


def entry_key(entry: models.Model) -> str:
    """``plants.plant/toyota-georgetown``: an entry's type and natural key in one text."""
    return "/".join([entry._meta.label_lower, *(str(part) for part in entry.natural_key())])


def find_entry(key: str) -> models.Model:
    """The entry that ``entry_key`` wrote; raises LookupError or ObjectDoesNotExist."""
    from django.apps import apps

    label, *natural_key = key.split("/")
    return apps.get_model(label)._default_manager.get_by_natural_key(*natural_key)


class EntryLink(NaturalKeyModel):
    """A row that belongs to one entry of any type. Abstract.

    Nothing refers to such a row, so its natural key only has to find it again in this database; in fixtures
    the entry is written out by ``EntryKeyField``.
    """

    entry_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, verbose_name=_("entry type"))
    entry_id = EntryKeyField(_("entry"))
    entry = GenericForeignKey("entry_type", "entry_id")

    class Meta:
        abstract = True
