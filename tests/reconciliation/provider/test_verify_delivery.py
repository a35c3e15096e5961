import base64
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from reconciliation.provider.limits import MAX_BODY
from tests.architecture.sources import ROOT
from tests.reconciliation.provider.signing import AT, KEYS, NOW, OTHER_KEYS, TIMED, Signed, sign

KEY_VARIABLE = "PLUMBLINE_WEBHOOK_KEYS"


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_delivery", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def files(folder: Path, signed: Signed) -> list[object]:
    """The arguments that name a delivery's files."""
    (folder / "headers.json").write_text(json.dumps(dict(signed.headers)))
    (folder / "body").write_bytes(signed.body)
    return ["--scheme", signed.scheme, "--headers", folder / "headers.json", "--body", folder / "body", "--now", AT]


@pytest.fixture(autouse=True)
def all_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "\n".join(KEYS.values()))


@pytest.mark.parametrize("scheme", KEYS)
def test_a_signed_delivery_verifies(scheme: str, tmp_path: Path) -> None:
    code, out, err = run(*files(tmp_path, sign(scheme)), "--json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert (told["scheme"], told["verified"], told["reason"]) == (scheme, True, None)
    assert list(KEYS.values())[told["key"]] == KEYS[scheme]
    assert told["signed_at"] == (NOW.isoformat() if scheme in TIMED else None)


def test_a_refusal_is_exit_one_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = files(tmp_path, sign("bank"))
    code, out, _ = run(*arguments[:-1], AT + 301, "--json")
    assert code == 1 and json.loads(out)["reason"] == "clock-skew"
    monkeypatch.setenv(KEY_VARIABLE, OTHER_KEYS["bank"])
    assert run(*arguments) == (1, "bank: refused (signature-mismatch)\n", "")


def test_without_json_it_speaks_to_people(tmp_path: Path) -> None:
    assert run(*files(tmp_path, sign("btcpay"))) == (0, "btcpay: verified by key 0\n", "")


@pytest.mark.parametrize("now", [str(AT), "2023-11-14T22:13:20Z", "2023-11-15T01:13:20+03:00"])
def test_now_is_seconds_or_a_time_with_a_zone(now: str, tmp_path: Path) -> None:
    assert run(*files(tmp_path, sign("stripe"))[:-1], now)[0] == 0


def test_the_clock_is_read_when_no_time_is_given(tmp_path: Path) -> None:
    assert "clock-skew" in run(*files(tmp_path, sign("stripe"))[:-2])[1]


@pytest.mark.parametrize("body", ["body", "body_base64"])
def test_one_file_may_hold_headers_and_body(body: str, tmp_path: Path) -> None:
    signed = sign("standard")
    text = signed.body.decode() if body == "body" else base64.b64encode(signed.body).decode()
    (tmp_path / "delivery.json").write_text(
        json.dumps({"headers": [list(pair) for pair in signed.headers], body: text})
    )
    assert run("--scheme", "standard", "--delivery", tmp_path / "delivery.json", "--now", AT)[0] == 0


@pytest.mark.parametrize("form", ["{%s, %s}", "[[%s], [%s]]"])
def test_a_header_that_came_twice_stays_twice(form: str, tmp_path: Path) -> None:
    arguments = files(tmp_path, sign("btcpay"))
    pair = json.dumps(sign("btcpay").headers[0])[1:-1]
    pair = pair.replace(", ", ": ") if form.startswith("{") else pair
    (tmp_path / "headers.json").write_text(form % (pair, pair))
    assert json.loads(run(*arguments, "--json")[1])["reason"] == "duplicate-headers"
    value = sign("btcpay").value("BTCPay-Sig")
    (tmp_path / "headers.json").write_text(json.dumps({"BTCPay-Sig": [value, value]}))
    assert json.loads(run(*arguments, "--json")[1])["reason"] == "duplicate-headers"


def test_a_body_beyond_the_limit_is_seen(tmp_path: Path) -> None:
    arguments = files(tmp_path, sign("btcpay", b"x" * (5 * MAX_BODY)))
    assert json.loads(run(*arguments, "--json")[1])["reason"] == "body-too-large"


@pytest.mark.parametrize("content", ["", "{", "3", '"x"', "[1]", '{"a": 1}', '[["a"]]', "[" * 100_000, "x" * 2_000_000])
def test_files_that_cannot_be_read_are_a_usage_error(content: str, tmp_path: Path) -> None:
    arguments = files(tmp_path, sign("btcpay"))
    (tmp_path / "headers.json").write_text(content)
    code, out, err = run(*arguments)
    assert (code, out) == (2, "") and "headers.json" in err
    (tmp_path / "delivery.json").write_text(content)
    code, out, err = run("--scheme", "btcpay", "--delivery", tmp_path / "delivery.json")
    assert (code, out) == (2, "") and "delivery.json" in err


@pytest.mark.parametrize("named", [[], ["--headers"], ["--body", "--delivery"], ["--delivery", "--headers"]])
def test_it_wants_a_body_and_one_way_of_naming_it(named: list[str], tmp_path: Path) -> None:
    paths: list[Any] = [part for name in named for part in (name, tmp_path / "x")]
    assert run("--scheme", "btcpay", *paths)[0] == 2


def test_missing_files_and_missing_keys_are_usage_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = files(tmp_path, sign("btcpay"))
    (tmp_path / "body").unlink()
    assert run(*arguments)[0] == 2
    monkeypatch.delenv(KEY_VARIABLE)
    code, _, err = run(*arguments)
    assert code == 2 and KEY_VARIABLE in err


@pytest.mark.slow
def test_it_needs_no_database(tmp_path: Path) -> None:
    nowhere = "postgres://nobody:nothing@127.0.0.1:1/none"
    environment = {
        **os.environ,
        "DATABASE_URL": nowhere,
        "DATABASE_ADMIN_URL": nowhere,
        "DATA_DIR": str(tmp_path / "var"),
    }
    arguments = [str(part) for part in files(tmp_path, sign("kobbopay"))]
    for extra, code in (([], 0), (["--now", "1"], 1), (["--now", "noon"], 2), (["--scheme", "paypal"], 2)):
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "verify_delivery", *arguments, *extra],
            env={**environment, KEY_VARIABLE: KEYS["kobbopay"], "DJANGO_SETTINGS_MODULE": "console.settings"},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == code, done.stderr


def test_keys_may_be_named_for_a_quick_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE)
    arguments = files(tmp_path, sign("stripe"))
    assert run(*arguments, "--key", OTHER_KEYS["stripe"], "--key", KEYS["stripe"])[0] == 0
    assert run(*arguments, "--key", OTHER_KEYS["stripe"])[0] == 1
    assert run(*arguments)[0] == 2
