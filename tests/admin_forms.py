"""Filling in the admin's forms as a browser would."""

#: What the desk's form carries along unseen, and under which name its page knows it.
HIDDEN = {"_base": "base_version", "_seen": "proposal_seen"}


def form_data(response) -> dict:
    """What a browser would send if the shown change form were saved as it is."""
    context = response.context
    data = {}
    for form in [
        context["adminform"].form,
        *(formset.formset.management_form for formset in context["inline_admin_formsets"]),
    ]:
        data |= fields_of(form)
    for formset in context["inline_admin_formsets"]:
        for form in formset.formset.forms:
            data |= fields_of(form)
    data |= {name: context[key] for name, key in HIDDEN.items() if context.get(key)}
    return data


def fields_of(form) -> dict:
    data = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False:
            continue
        data[bound.html_name] = [getattr(one, "pk", one) for one in value] if isinstance(value, list) else value
    return data
