"""The commands dupes automatic and dupes stats: whether the model joins by itself, and how resolution stands."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chm_node.shell.terminal import Output
from harvester.commands.opening import centre_for
from harvester.commands.runs import match_waiting
from harvester.operating_errors import BadRequest

if TYPE_CHECKING:
    from harvester.automatic_joining import Switch
    from harvester.resolution.graph.own_labels import AtThreshold

_ASKED = 0.99


def automatic(
    out: Output,
    way: Annotated[str, typer.Argument(metavar="[on|off|status]", help="status, where nothing is written.")] = "status",
    *,
    precision: Annotated[
        float, typer.Option(min=0.5, max=1.0, help="Of the pairs joined by themselves at least so many are right.")
    ] = _ASKED,
    by: Annotated[str, typer.Option("--by", help="Who decides; your user name otherwise.")] = "",
) -> None:
    """Let the model join records without a person, or no longer: only once your own decisions show it is right."""
    from chm_node.publishing import sql
    from harvester.automatic_joining import find_switch, switch_off, switch_on
    from harvester.resolution.graph.own_labels import judge_model
    from harvester.resolution.matching.scoring import load_model

    centre, model = centre_for(out), load_model()
    if way == "on":
        switch_on(centre, model, asked=precision, by=by or getpass.getuser())
    elif way == "off":
        switch_off(centre, by=by or getpass.getuser())
    elif way != "status":
        raise BadRequest(reason=f"“{way}” is not understood. Write on, off or status.")
    if way != "status":
        match_waiting(out, centre)
    with sql.read(centre.engine) as connection:
        switch = find_switch(connection, model)
        now = judge_model(connection, model).weakest(switch.policy.threshold) if switch.counts else None
    document = switch.as_dict() | {"shown_now": None if now is None else round(now.surely, 4)}
    out.document(document, "\n".join([*_switch_lines(switch), *_doubts(switch, now)]), asked=True)


def _doubts(switch: Switch, now: AtThreshold | None) -> list[str]:
    """Say so where what people decided since shows that the model is not as good as it was."""
    if now is None or now.surely >= switch.policy.asked:
        return []
    from harvester.automatic_joining import to_range

    return [
        f"  What people decided does not show it now: of {now.pairs} pairs {to_range(now)} {now.right} were right, "
        f"which is surely above {now.surely:.3f} only.",
        "  chm-harvester dupes automatic on finds a higher probability that shows it; dupes automatic off ends what "
        "the model joined.",
    ]


def _switch_lines(switch: Switch) -> list[str]:
    policy = switch.policy
    if switch.counts:
        return [
            f"On since {policy.since}, by {policy.by}: pairs from {policy.threshold:g} on are joined by themselves.",
            f"  Shown by model {policy.model_version} on {policy.pairs} pairs from there on that people judged here: "
            f"precision {policy.precision:.4f}, asked {policy.asked:g} of all and of the least likely by themselves.",
            f"  {switch.joined} joins rest on the model alone; chm-harvester dupes list --sample draws some to see.",
        ]
    lines = ["Off: only certain identifiers and places in series of reports join records by themselves."]
    if policy.automatic:
        lines.append(
            f"  It was on for model {policy.model_version}; model {switch.model_version} has shown nothing yet here. "
            "Switch it on again: chm-harvester dupes automatic on"
        )
    if switch.waiting_above:
        lines.append(f"  {switch.waiting_above} joins wait that it would make; nobody has judged those pairs.")
    return lines


def stats(out: Output) -> None:
    """Count judgements by who made them, pairs that wait, keys too common to be read, and records to be matched.

    Of pairs joined without a person it says how many people have judged since, and how many of these were right.
    """
    from chm_node.publishing import sql
    from harvester.resolution.graph.policy import find_policy
    from harvester.resolution.graph.sampled import find_sampled
    from harvester.resolution.matching.scoring import load_model
    from harvester.telling.resolution import count_resolution

    model = load_model()
    with sql.read(centre_for(out).engine) as connection:
        found = count_resolution(connection) | {"automatic": find_policy(connection).holds_for(model.version).automatic}
        found |= {"sampled": [each.as_dict() for each in find_sampled(connection)]}
    out.document(found, "\n".join(_stats_lines(found)), asked=True)


def _common_lines(common: list[dict[str, Any]]) -> list[str]:
    if not common:
        return []
    told = [f"  {each['key']}  {each['records']} records" for each in common]
    return ["Identifiers that so many records bear that they join none:", *told]


def _stop_lines(found: dict[str, Any]) -> list[str]:
    lines = [f"  {each['keys']} are of kinds {each['cap']} records may share." for each in found["stop_keys_by_cap"]]
    return lines + [
        f"  {each['records']} records, {each['cap']} may: {each['meaning'] or 'a key of records changed since'}"
        for each in found["commonest_keys"]
    ]


def _repeating_lines(sources: list[str]) -> list[str]:
    if not sources:
        return []
    return [f"Sources that tell one thing in several records, which may be joined: {', '.join(sources)}."]


def _stats_lines(found: dict[str, Any]) -> list[str]:
    lines = [
        f"{found['records']} records, {found['things']} things, {found['things_of_several']} of several records.",
        f"{found['waiting']} pairs wait for a person; {found['queue']} records wait to be matched.",
        f"{found['stop_keys']} keys are borne by so many records that they bring none together.",
        *_stop_lines(found),
        *_common_lines(found["common_identifiers"]),
        *_repeating_lines(found["repeating_sources"]),
        f"The model joins by itself: {'yes' if found['automatic'] else 'no'}.",
        "Judgements that count:",
    ]
    lines += [f"  {each['by_kind']:<7} {each['verdict']:<10} {each['count']}" for each in found["judgements"]]
    lines += ["Joined without a person, and judged since:"] if found["sampled"] else []
    return lines + [
        f"  {each['by']:<20} {each['right']} of {each['judged']} right, which is surely above {each['surely']:.3f}"
        for each in found["sampled"]
    ]
