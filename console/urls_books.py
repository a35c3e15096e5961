"""Pages of the books, of set-up, and of what is one's own."""

from django.urls import URLPattern, path

from console.views import approvals, audit, bank, ledger, own_tokens, settings

urlpatterns: list[URLPattern] = [
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<int:number>/", approvals.approval, name="approval"),
    path("approvals/<int:number>/checks/", approvals.approval_checks, name="approval-checks"),
    path("approvals/<int:number>/decision/", approvals.approval_decide, name="approval-decide"),
    path("approvals/<int:number>/withdraw/", approvals.approval_withdraw, name="approval-withdraw"),
    path("bank/", bank.bank, name="bank"),
    path("bank/coverage/", bank.coverage, name="bank-coverage"),
    path("bank/lines/", bank.lines, name="bank-lines"),
    path("bank/imports/", bank.import_new, name="bank-import-new"),
    path("bank/imports/<uuid:public_id>/", bank.import_shown, name="bank-import"),
    path("bank/imports/<uuid:public_id>/progress/", bank.import_progress, name="bank-import-progress"),
    path("bank/imports/<uuid:public_id>/confirm/", bank.import_confirm, name="bank-import-confirm"),
    path("bank/imports/<uuid:public_id>/discard/", bank.import_discard, name="bank-import-discard"),
    path("ledger/", ledger.accounts, name="ledger"),
    path("ledger/accounts/<path:code>/", ledger.account, name="ledger-account"),
    path("ledger/transactions/", ledger.transactions, name="ledger-transactions"),
    path("ledger/transactions/<uuid:public_id>/", ledger.transaction, name="ledger-transaction"),
    path("audit/", audit.audit, name="audit"),
    path("settings/", settings.tenant, name="settings"),
    path("settings/accounts/", settings.accounts, name="settings-accounts"),
    path("settings/accounts/open/", settings.account_open, name="account-open"),
    path("settings/banks/", settings.banks, name="settings-banks"),
    path("settings/banks/open/", settings.bank_account_open, name="bank-account-open"),
    path("settings/calendars/", settings.calendars, name="settings-calendars"),
    path("settings/matcher/", settings.matcher, name="settings-matcher"),
    path("settings/matcher/set/", settings.matcher_set, name="matcher-set"),
    path("settings/profiles/", settings.profiles, name="settings-profiles"),
    path("settings/profiles/save/", settings.profile_save, name="profile-save"),
    path("settings/people/", settings.people, name="settings-people"),
    path("settings/people/add/", settings.person_add, name="person-add"),
    path("settings/people/end/", settings.role_end, name="role-end"),
    path("settings/tokens/", settings.tokens, name="settings-tokens"),
    path("settings/tokens/issue/", settings.token_issue, name="token-issue"),
    path("tokens/", own_tokens.own_tokens, name="own-tokens"),
    path("tokens/make/", own_tokens.own_token_make, name="own-token-make"),
    path("tokens/<int:token_id>/end/", own_tokens.own_token_end, name="own-token-end"),
]
