"""Photos of entries, that editors add: what is seen, by whom it was taken, and under which licence."""

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image

from catalogue.bilingual import LocalText
from catalogue.entries import EntryLink
from catalogue.photo_files import delete_files, names_of, write_files
from catalogue.pictures import widths_of

CREATIVE_COMMONS = "https://creativecommons.org"


class Licence(models.TextChoices):
    CC0 = "cc0", "CC0"
    PUBLIC_DOMAIN = "public-domain", _("public domain")
    CC_BY_2 = "cc-by-2.0", "CC BY 2.0"
    CC_BY_3 = "cc-by-3.0", "CC BY 3.0"
    CC_BY_4 = "cc-by-4.0", "CC BY 4.0"
    CC_BY_SA_2 = "cc-by-sa-2.0", "CC BY-SA 2.0"
    CC_BY_SA_3 = "cc-by-sa-3.0", "CC BY-SA 3.0"
    CC_BY_SA_4 = "cc-by-sa-4.0", "CC BY-SA 4.0"
    PERMISSION = "permission", _("used with permission")
    OWN = "own", _("our own photo, CC BY 4.0")


#: Where each licence can be read; permission that was given to us can't.
DEEDS = {
    Licence.CC0: f"{CREATIVE_COMMONS}/publicdomain/zero/1.0/",
    Licence.PUBLIC_DOMAIN: f"{CREATIVE_COMMONS}/publicdomain/mark/1.0/",
    Licence.CC_BY_2: f"{CREATIVE_COMMONS}/licenses/by/2.0/",
    Licence.CC_BY_3: f"{CREATIVE_COMMONS}/licenses/by/3.0/",
    Licence.CC_BY_4: f"{CREATIVE_COMMONS}/licenses/by/4.0/",
    Licence.CC_BY_SA_2: f"{CREATIVE_COMMONS}/licenses/by-sa/2.0/",
    Licence.CC_BY_SA_3: f"{CREATIVE_COMMONS}/licenses/by-sa/3.0/",
    Licence.CC_BY_SA_4: f"{CREATIVE_COMMONS}/licenses/by-sa/4.0/",
    Licence.OWN: f"{CREATIVE_COMMONS}/licenses/by/4.0/",
}
#: Photos that were not found anywhere on the web.
WITHOUT_SOURCE = (Licence.PERMISSION, Licence.OWN)


class Photo(EntryLink):
    """One picture of an entry. ``take`` gives it a picture, ``save`` writes its files."""

    natural_key_fields = ("image",)

    # Not for forms: a name of ours is stored, never a file as it was uploaded.
    image = models.FileField(_("picture"), max_length=60, unique=True, editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    alt = models.CharField(
        _("what is to be seen"),
        max_length=200,
        help_text=_("For people who do not see it: “A white sedan from the left, before a factory gate.”"),
    )
    alt_ja = models.CharField(_("what is to be seen, in Japanese"), max_length=200, blank=True)
    caption = models.CharField(
        _("caption"), max_length=300, blank=True, help_text=_("What the picture does not show by itself: when, where.")
    )
    caption_ja = models.CharField(_("caption in Japanese"), max_length=300, blank=True)
    author = models.CharField(_("author"), max_length=200, help_text=_("As the licence asks to name them."))
    licence = models.CharField(_("licence"), max_length=20, choices=Licence)
    source_url = models.URLField(
        _("found at"),
        max_length=600,
        blank=True,
        help_text=_("The page that shows it with its licence. Empty only with a permission, or if it is our own."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, validators=[MaxValueValidator(999)], help_text=_("Lower numbers come first.")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    local_alt = LocalText("alt")
    local_caption = LocalText("caption")

    #: What ``take`` was given and ``save`` has not written yet.
    _picture: Image.Image | None = None

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(alt="") & ~models.Q(author=""),
                name="photo_has_alt_and_author",
                violation_error_message=_("Say what is to be seen, and who took it."),
            ),
            models.CheckConstraint(
                condition=models.Q(licence__in=WITHOUT_SOURCE) | ~models.Q(source_url=""),
                name="photo_has_source",
                violation_error_message=_("Say where it was found."),
            ),
        ]
        indexes = [models.Index(fields=["entry_type", "entry_id"], name="photo_entry")]

    def __str__(self):
        return self.alt

    def clean(self):
        super().clean()
        if not self.source_url and self.licence and self.licence not in WITHOUT_SOURCE:
            raise ValidationError(
                {"source_url": _("Say where it was found: under this licence, readers must be able to check it.")}
            )
        if self._state.adding and self.image and not default_storage.exists(self.image.name):
            raise ValidationError(_("The files of the photo “%(alt)s” are no longer kept.") % {"alt": self.alt})

    def take(self, picture: Image.Image) -> None:
        """Make this picture, as ``read_picture`` gives it, the photo's own at the next ``save``."""
        self._picture = picture

    def save(self, *args, **kwargs):
        """Write the files of a new picture, then the row. The old files stay, for undoing it: see ``clear_photos``."""
        picture, self._picture = self._picture, None
        if picture is None:
            super().save(*args, **kwargs)
            return
        self.image = new = write_files(picture)
        self.width, self.height = picture.size
        try:
            with transaction.atomic():
                super().save(*args, **kwargs)
        except BaseException:
            delete_files(new)
            raise

    @property
    def sizes(self) -> list[tuple[int, str]]:
        """(width, address) of each file, from small to large."""
        addresses = (reverse("photo", args=[name]) for name in names_of(self.image.name))
        return list(zip(widths_of(self.width), addresses, strict=True))

    @property
    def deed(self) -> str:
        """Where its licence can be read; empty where it can't."""
        return DEEDS.get(self.licence, "")


def photo_relation() -> GenericRelation:
    """The reverse side of Photo, for entry types that show photos."""
    return GenericRelation(Photo, "entry_id", "entry_type")
