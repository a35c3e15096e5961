"""Pages that govern: incidents, checkpoints and their overrides."""

from django.urls import URLPattern, path

from console.views import checkpoint_files, checkpoint_tests, checkpoints, incidents, overrides, review

urlpatterns: list[URLPattern] = [
    path("review/", review.review, name="review"),
    path("review/review.csv", review.review_csv, name="review-csv"),
    path("review/signals/<slug:key>/", review.review_signal, name="review-signal"),
    path("review/causes/", review.cause_record, name="cause-record"),
    path("review/causes/confirm/", review.cause_confirm, name="cause-confirm"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/evidence/<int:number>/", incidents.evidence, name="evidence-hand-out"),
    path("incidents/<int:number>/", incidents.incident, name="incident"),
    path("incidents/<int:number>/calls/", incidents.call, name="incident-call"),
    path("incidents/<int:number>/notes/", incidents.note, name="incident-note"),
    path("incidents/<int:number>/release/", incidents.release, name="incident-release"),
    path("checkpoints/", checkpoints.checkpoints, name="checkpoints"),
    path("checkpoints/new/", checkpoints.checkpoint_new, name="checkpoint-new"),
    path("checkpoints/begin/", checkpoints.checkpoint_begin, name="checkpoint-begin"),
    path("checkpoints/import/", checkpoint_files.checkpoint_import, name="checkpoint-import"),
    path("checkpoints/import/read/", checkpoint_files.checkpoint_read, name="checkpoint-read"),
    path("checkpoints/overrides/", overrides.overrides, name="checkpoint-overrides"),
    path("checkpoints/overrides/ask/", overrides.override_ask, name="checkpoint-override-ask"),
    path("checkpoints/overrides/end/", overrides.override_end, name="checkpoint-override-end"),
    path("checkpoints/<slug:key>/", checkpoints.checkpoint_of, name="checkpoint-of"),
    path("checkpoints/<slug:key>/retire/", checkpoints.checkpoint_retire, name="checkpoint-retire"),
    path("checkpoints/<slug:key>/<int:number>/", checkpoints.checkpoint, name="checkpoint"),
    path("checkpoints/<slug:key>/<int:number>/draft/", checkpoints.checkpoint_draft, name="checkpoint-draft"),
    path("checkpoints/<slug:key>/<int:number>/save/", checkpoints.checkpoint_save, name="checkpoint-save"),
    path("checkpoints/<slug:key>/<int:number>/evaluate/", checkpoints.checkpoint_evaluate, name="checkpoint-evaluate"),
    path("checkpoints/<slug:key>/<int:number>/discard/", checkpoints.checkpoint_discard, name="checkpoint-discard"),
    path("checkpoints/<slug:key>/<int:number>/activate/", checkpoints.checkpoint_activate, name="checkpoint-activate"),
    path(
        "checkpoints/<slug:key>/<int:number>/backtest/",
        checkpoint_tests.checkpoint_backtest,
        name="checkpoint-backtest",
    ),
    path("checkpoints/<slug:key>/<int:number>/flips/", checkpoint_tests.checkpoint_flips, name="checkpoint-flips"),
    path("checkpoints/<slug:key>/<int:number>/shadow/", checkpoint_tests.checkpoint_shadow, name="checkpoint-shadow"),
    path("checkpoints/<slug:key>/<int:number>/yaml/", checkpoint_files.checkpoint_yaml, name="checkpoint-yaml"),
]
