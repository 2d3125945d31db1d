from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import RoleMissing
from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from licensing.doors import MAY_ASK, MAY_KEEP_REPORT_RECORDS, READS_REPORT_RECORDS, SEES_EVERYBODY
from licensing.downloads import report_response
from licensing.pages.report_forms import (
    FindingForm,
    ScheduleForm,
    ScopeForm,
    TrainingLicenceForm,
    findings_before,
    licences_before,
)
from licensing.queries import performers
from licensing.reporting.making import make_report
from licensing.reporting.reading import (
    report_cards,
    report_file,
    run_card,
    run_cards,
    schedule_cards,
)
from licensing.reporting.recording import (
    finding_cards,
    record_finding,
    record_training_licence,
    training_licence_cards,
)
from licensing.reporting.registry import report
from licensing.reporting.schedules import end_schedule, set_up_schedule
from licensing.review_queries import members
from productions.queries import production_list


@require_safe
@member_page()
def reports(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = {
        "kinds": report_cards(actor),
        "reads_records": actor.is_one_of(*READS_REPORT_RECORDS),
        "runs": run_cards(actor, most=50),
        "for_me": run_cards(actor, for_me=True, most=5),
        "schedules": [one for one in schedule_cards(actor) if one.ended_at is None],
        "ended": [one for one in schedule_cards(actor) if one.ended_at is not None],
    }
    return render(request, "licensing/reports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page()
def kind(request: HttpRequest, actor: Actor, report_code: str) -> HttpResponse:
    definition = report(report_code)
    schedules = request.POST.get("act") == "schedule"
    scope_form = ScopeForm(request.POST if request.method == "POST" and not schedules else None)
    schedule_form = ScheduleForm(request.POST if schedules else None, prefix="schedule")
    productions = production_list(actor.organisation_id)
    people = performers(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
    for form in (scope_form, schedule_form):
        form.offer(definition, productions, people)
    schedule_form.offer_members(members(actor.organisation_id))
    if scope_form.is_bound and scope_form.is_valid():
        try:
            made = make_report(report_code, scope_form.scope(), actor=actor)
        except StudioError as error:
            scope_form.add_error(None, str(error))
        else:
            messages.success(request, f"The report is made: {made.rows} rows.")
            return redirect("licensing:report-run", made.id)
    if schedule_form.is_bound and schedule_form.is_valid():
        try:
            card = set_up_schedule(schedule_form.new_schedule(report_code), actor=actor)
        except StudioError as error:
            schedule_form.add_error(None, str(error))
        else:
            messages.success(request, f"{card.title} is made from now on.")
            return redirect("licensing:reports")
    context = {
        "report": definition,
        "may_make": next(one.may_make for one in report_cards(actor) if one.code == report_code),
        "scope_form": scope_form,
        "schedule_form": schedule_form,
        "runs": run_cards(actor, code=report_code, most=20),
    }
    return render(
        request,
        "licensing/report_kind.html",
        context,
        status=400 if scope_form.errors or schedule_form.errors else 200,
    )


@require_safe
@member_page()
def run(request: HttpRequest, actor: Actor, report_run_id: UUID) -> HttpResponse:
    card = run_card(report_run_id, actor=actor)
    return render(request, "licensing/report_run.html", {"run": card, "report": report(card.code)})


@require_safe
@member_page()
def run_file(
    request: HttpRequest, actor: Actor, report_run_id: UUID, form: Literal["csv", "pdf"]
) -> HttpResponseBase:
    card = run_card(report_run_id, actor=actor)
    return report_response(report_file(report_run_id, form, actor=actor), card.code, card.made_at, form)


@require_POST
@member_page()
def end(request: HttpRequest, actor: Actor, report_schedule_id: UUID) -> HttpResponse:
    card = end_schedule(report_schedule_id, actor=actor)
    messages.success(request, f"{card.title} is no longer made by this schedule.")
    return redirect("licensing:reports")


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*READS_REPORT_RECORDS)
def findings(request: HttpRequest, actor: Actor) -> HttpResponse:
    cards = finding_cards(actor)
    form = FindingForm(request.POST or None)
    form.offer(production_list(actor.organisation_id), findings_before(cards))
    form.offer_people(performers(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY)))
    if form.is_valid():
        _require_keeper(actor)
        try:
            record_finding(form.finding(), actor=actor)
        except StudioError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "It is on record.")
            return redirect("licensing:report-findings")
    context = {"findings": cards, "form": form, "may_keep": actor.is_one_of(*MAY_KEEP_REPORT_RECORDS)}
    return render(request, "licensing/report_findings.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*READS_REPORT_RECORDS)
def training_licences(request: HttpRequest, actor: Actor) -> HttpResponse:
    cards = training_licence_cards(actor)
    form = TrainingLicenceForm(request.POST or None)
    form.offer(production_list(actor.organisation_id), licences_before(cards))
    if form.is_valid():
        _require_keeper(actor)
        try:
            record_training_licence(form.licence(), actor=actor)
        except StudioError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "It is on record. It is no consent of anybody.")
            return redirect("licensing:training-licences")
    context = {
        "licences": cards,
        "earlier": training_licence_cards(actor, superseded=True),
        "form": form,
        "may_keep": actor.is_one_of(*MAY_KEEP_REPORT_RECORDS),
        "may_ask": actor.is_one_of(*MAY_ASK),
    }
    return render(request, "licensing/training_licences.html", context, status=400 if form.errors else 200)


def _require_keeper(actor: Actor) -> None:
    if not actor.is_one_of(*MAY_KEEP_REPORT_RECORDS):
        raise RoleMissing(frozenset(MAY_KEEP_REPORT_RECORDS))
