"""Writing the log: signals follow every edit in its own transaction. Like the search index, it knows all apps.

An entry is looked up before and after each edit, as the public sees it: what was not public before and is now was
added, what is no longer was removed, what differs was corrected. Fixtures are loaded "raw" and not followed; for a
catalogue that is new, ``begin`` writes the log's first lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.urls import reverse
from django.utils import translation

from catalogue.changes.record import Action, Change, Concerns, new_change, record, rename, with_concerns
from catalogue.changes.wording import fact, told_fields
from catalogue.entry_names import NAMES, name_of
from catalogue.models import Citation, Milestone, MilestoneSubject, Photo, Series, Statistic
from catalogue.search.facts import both
from plants.models import Manufacturer, Ownership, Plant, PlantAlias, PlantCode
from vehicles.models import (
    ExportEra,
    ExportProgram,
    Generation,
    Make,
    MarketName,
    ProductionRun,
    Specification,
    VehicleModel,
)

#: By which of its facts an entry concerns makes, plants and eras.
CONCERNS: dict[type, dict[str, tuple[str, ...]]] = {
    Manufacturer: {"make": ("makes__slug",)},
    Make: {"make": ("slug",)},
    VehicleModel: {"make": ("make__slug",)},
    Generation: {"make": ("model__make__slug",)},
    ProductionRun: {"make": ("generation__model__make__slug",), "plant": ("plant__slug",)},
    ExportProgram: {
        "make": ("japan_make__slug", "generation__model__make__slug"),
        "plant": ("plant__slug",),
        "era": ("era__slug",),
    },
    Specification: {"make": ("generation__model__make__slug",), "era": ("program__era__slug",)},
    ExportEra: {"era": ("slug",)},
    Plant: {"plant": ("slug",)},
}
RENAMED = {Make: "make", Plant: "plant", ExportEra: "era"}
#: What is told with its entry: (the field that leads there, the entry's name for such rows).
PARTS: dict[type, tuple[str, str]] = {
    Citation: ("entry", "citations"),
    Photo: ("entry", "photos"),
    MilestoneSubject: ("milestone", "subjects"),
    MarketName: ("generation", "market_names"),
    PlantAlias: ("plant", "aliases"),
    Ownership: ("plant", "ownerships"),
    PlantCode: ("plant", "codes"),
}
RELATIONS = (
    ProductionRun.body_styles,
    ProductionRun.powertrains,
    ExportProgram.body_styles,
    Specification.powertrains,
)
#: The entries whose pages a new catalogue announces, and what their names and addresses are made of.
FIRST: dict[type, tuple[str, ...]] = {
    Manufacturer: (),
    Make: (),
    VehicleModel: ("make",),
    Plant: (),
    Generation: ("model__make",),
    ExportEra: (),
    ExportProgram: (),
}


# What is told of an entry ----------------------------------------------------------------------------------


def public(entry: models.Model) -> bool:
    return type(entry)._default_manager.published().filter(pk=entry.pk).exists()


def path_of(entry: models.Model) -> str:
    """Where readers find it; a milestone stands on the pages of its subjects, a figure on that of all figures."""
    with translation.override("en"):
        if isinstance(entry, Series | Statistic):
            return reverse("figures")
        if isinstance(entry, Milestone):
            subjects = (subject.entry for subject in entry.subjects.all())
            return next((one.get_absolute_url() for one in subjects if one and public(one)), "")
        return entry.get_absolute_url()


def concerns_of(entry: models.Model) -> Concerns:
    """The slugs of the makes, plants and eras it concerns; a milestone concerns what its subjects do."""
    if isinstance(entry, Milestone):
        found: dict[str, set[str]] = {}
        for subject in entry.subjects.all():
            if subject.entry and public(subject.entry):
                for kind, slugs in concerns_of(subject.entry).items():
                    found.setdefault(kind, set()).update(slugs)
        return found
    own = type(entry)._default_manager.filter(pk=entry.pk)
    return {
        facet: {slug for path in paths for slug in own.values_list(path, flat=True) if slug}
        for facet, paths in CONCERNS.get(type(entry), {}).items()
    }


def tell(action: Action, entry: models.Model, facts: Iterable = ()) -> None:
    name = both(partial(name_of, entry))
    record(new_change(action, entry, name, path_of(entry), facts), concerns_of(entry))


# Following entries -----------------------------------------------------------------------------------------


def stored(entry: models.Model) -> dict | None:
    """The facts of an entry as the database has them, where the public sees it; else None."""
    names = [field.attname for field in told_fields(type(entry))]
    return type(entry)._default_manager.published().filter(pk=entry.pk).values(*names).first() if entry.pk else None


def before_saving(sender, instance, raw=False, **kwargs) -> None:
    instance._told_before = None if raw else stored(instance)


def after_saving(sender, instance, raw=False, **kwargs) -> None:
    if raw:
        instance._is_raw = True  # its relations follow, and their signal does not say so
        return
    before, after = instance._told_before, stored(instance)
    if before is None and after is not None:
        tell(Action.ADDED, instance)
    elif before is not None and after is None:
        remove(instance, before)
    elif before is not None and after is not None:
        if sender in RENAMED and before["slug"] != after["slug"]:
            rename(RENAMED[sender], before["slug"], after["slug"])
        facts = [
            fact(field, before[field.attname], after[field.attname])
            for field in told_fields(sender)
            if before[field.attname] != after[field.attname]
        ]
        if facts:
            tell(Action.CORRECTED, instance, facts)


def remove(entry: models.Model, before: dict) -> None:
    """Tell that an entry was withdrawn, by what the public knew of it: nothing that was written since shows."""
    known = type(entry)(**{"id": entry.pk, **before})
    tell(Action.REMOVED, known)


def before_deleting(sender, instance, **kwargs) -> None:
    """Told before the row goes, while its relatives are still there; a deletion that fails takes this back too."""
    if before := stored(instance):
        remove(instance, before)


# Following what belongs to entries -------------------------------------------------------------------------


def owner_of(part: models.Model) -> models.Model | None:
    """The entry a row is told with, where that and whatever else the row names are public."""
    owner = getattr(part, PARTS[type(part)][0])
    if type(owner) not in NAMES or not public(owner):
        return None
    others = {MilestoneSubject: "entry", Ownership: "manufacturer"}
    other = getattr(part, others[type(part)]) if type(part) in others else None
    return owner if other is None or public(other) else None


def stored_part(part: models.Model) -> tuple[models.Model | None, dict]:
    """The row as the database has it, and the entry it belongs to."""
    found = type(part)._default_manager.filter(pk=part.pk).first() if part.pk else None
    if found is None:
        return None, {}
    return owner_of(found), {field.attname: getattr(found, field.attname) for field in found._meta.concrete_fields}


def before_saving_part(sender, instance, raw=False, **kwargs) -> None:
    instance._told_before = (None, {}) if raw else stored_part(instance)


def after_saving_part(sender, instance, raw=False, **kwargs) -> None:
    if raw:
        return
    (owner_before, before), (owner, after) = instance._told_before, stored_part(instance)
    if before != after:
        tell_of_parts(sender, owner_before, owner)


def before_deleting_part(sender, instance, **kwargs) -> None:
    tell_of_parts(sender, stored_part(instance)[0])


def tell_of_parts(part_class: type, *owners: models.Model | None) -> None:
    for owner in dict.fromkeys(one for one in owners if one is not None):
        tell(Action.CORRECTED, owner, [{"field": PARTS[part_class][1]}])


def follow_relation(field_name: str):
    def follow(sender, instance, action, reverse, model, pk_set, **kwargs) -> None:
        clearing = action == "pre_clear"
        happened = clearing or (action in ("post_add", "post_remove") and pk_set)
        if not happened or getattr(instance, "_is_raw", False):
            return
        if not reverse:
            entries = [instance] if not clearing or getattr(instance, field_name).exists() else []
        else:
            entries = model._default_manager.filter(pk__in=pk_set or ())
        for entry in entries:
            if public(entry):
                tell(Action.CORRECTED, entry, [{"field": field_name}])

    return follow


def connect() -> None:
    for entry_class in NAMES:
        name = f"changes-{entry_class.__name__}"
        pre_save.connect(before_saving, sender=entry_class, dispatch_uid=name)
        post_save.connect(after_saving, sender=entry_class, dispatch_uid=name)
        pre_delete.connect(before_deleting, sender=entry_class, dispatch_uid=name)
    for part_class in PARTS:
        name = f"changes-{part_class.__name__}"
        pre_save.connect(before_saving_part, sender=part_class, dispatch_uid=name)
        post_save.connect(after_saving_part, sender=part_class, dispatch_uid=name)
        pre_delete.connect(before_deleting_part, sender=part_class, dispatch_uid=name)
    for relation in RELATIONS:
        follow = follow_relation(relation.field.name)
        m2m_changed.connect(follow, sender=relation.through, weak=False, dispatch_uid=f"changes-{relation.through}")


# A new catalogue -------------------------------------------------------------------------------------------


def begin() -> int:
    """Write the first lines of an empty log: each public entry with a page was added when it was made."""
    with transaction.atomic():
        if Change.objects.exists():
            return 0
        pairs = [pair for model, related in FIRST.items() for pair in first_lines(model, *related)]
        with_concerns(sorted(pairs, key=lambda pair: pair[0].at))
    return len(pairs)


def first_lines(model: type[models.Model], *related: str) -> Iterator[tuple[Change, Concerns]]:
    """A line for each public entry of a type, with what it concerns."""
    concerns = all_concerns(model)
    for entry in model.objects.published().select_related(*related).order_by("created_at", "pk"):
        name = both(partial(name_of, entry))
        change = new_change(Action.ADDED, entry, name, path_of(entry), at=entry.created_at)
        yield change, concerns.get(entry.pk, {})


def all_concerns(model: type[models.Model]) -> dict[int, dict[str, set[str]]]:
    """What every entry of a type concerns, by its id."""
    found: dict[int, dict[str, set[str]]] = {}
    for facet, paths in CONCERNS[model].items():
        for path in paths:
            for pk, slug in model.objects.filter(**{f"{path}__isnull": False}).values_list("pk", path):
                found.setdefault(pk, {}).setdefault(facet, set()).add(slug)
    return found
