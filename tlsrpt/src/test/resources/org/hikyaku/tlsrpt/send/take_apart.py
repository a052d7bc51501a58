"""Takes a report mail on standard input apart and says what it is, or what is wrong with it by RFC 8460."""
import email
import email.policy
import gzip
import json
import re
import sys

raw = sys.stdin.buffer.read()
assert b"\n" not in raw.replace(b"\r\n", b""), "a bare line feed"
assert max(map(len, raw.split(b"\r\n"))) <= 998, "a line is too long"
mail = email.message_from_bytes(raw, policy=email.policy.default)
assert not mail.defects, mail.defects

# section 5.3
assert mail.get_content_type() == "multipart/report", mail.get_content_type()
assert mail["Content-Type"].params["report-type"] == "tlsrpt"
domain = mail["TLS-Report-Domain"]
submitter = mail["TLS-Report-Submitter"]
subject = re.fullmatch(r"Report Domain: (\S+) Submitter: (\S+) Report-ID: <([^<>@\s]+@[^<>@\s]+)>", mail["Subject"])
assert subject, mail["Subject"]
assert (subject[1], subject[2]) == (domain, submitter)
assert mail["TLS-Required"] == "No"
assert len(mail["From"].addresses) == 1 and len(mail["To"].addresses) == 1
assert mail["Date"].datetime.tzinfo is not None
signature = mail["DKIM-Signature"]
signed = re.sub(r"\s", "", re.search(r"h=([^;]+)", signature)[1]).lower().split(":")
for name in ("from", "tls-report-domain", "tls-report-submitter"):
    assert name in signed, signed
assert not re.search(r"[;\s]l=", signature), "l= in the signature"

parts = list(mail.iter_parts())
assert [p.get_content_type() for p in parts] == ["text/plain", "application/tlsrpt+gzip"], parts
for part in parts:
    assert not part.defects, part.defects
name = parts[1].get_filename()
# section 5.1
fields = re.fullmatch(r"([a-z0-9.-]+)!([a-z0-9.-]+)!(\d+)!(\d+)(?:![0-9A-Za-z.-]+)?\.json\.gz", name)
assert fields, name
assert (fields[1], fields[2]) == (submitter, domain), name
report = json.loads(gzip.decompress(parts[1].get_content()))

# section 4.4
RFC3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
assert set(report) == {"organization-name", "date-range", "contact-info", "report-id", "policies"}, report.keys()
assert set(report["date-range"]) == {"start-datetime", "end-datetime"}
assert all(re.fullmatch(RFC3339, t) for t in report["date-range"].values())
assert report["contact-info"].split("@")[1] == submitter == mail["From"].addresses[0].domain
assert report["report-id"] == subject[3]
assert isinstance(report["policies"], list) and report["policies"]
for result in report["policies"]:
    assert set(result) <= {"policy", "summary", "failure-details"}
    policy = result["policy"]
    assert set(policy) <= {"policy-type", "policy-string", "policy-domain", "mx-host"}
    assert policy["policy-type"] in ("tlsa", "sts", "no-policy-found")
    assert policy["policy-domain"].isascii() and policy["policy-domain"]
    for lines in (policy.get("policy-string", []), policy.get("mx-host", [])):
        assert isinstance(lines, list) and all(isinstance(line, str) and "\n" not in line for line in lines)
    if policy["policy-type"] == "tlsa":
        assert all(re.fullmatch(r"\d+ \d+ \d+ [0-9a-fA-F]+", line) for line in policy["policy-string"])
    assert set(result["summary"]) == {"total-successful-session-count", "total-failure-session-count"}
    assert all(isinstance(n, int) and n >= 0 for n in result["summary"].values())
    for detail in result.get("failure-details", []):
        assert set(detail) <= {
            "result-type", "sending-mta-ip", "receiving-mx-hostname", "receiving-mx-helo", "receiving-ip",
            "failed-session-count", "additional-information", "failure-reason-code"}
        assert detail["result-type"] in (
            "starttls-not-supported", "certificate-host-mismatch", "certificate-expired", "certificate-not-trusted",
            "validation-failure", "tlsa-invalid", "dnssec-invalid", "dane-required", "sts-policy-fetch-error",
            "sts-policy-invalid", "sts-webpki-invalid")
        assert isinstance(detail["failed-session-count"], int)

print(json.dumps({
    "domain": domain, "submitter": submitter, "begin": int(fields[3]), "end": int(fields[4]),
    "to": str(mail["To"]), "report": report}, sort_keys=True))
