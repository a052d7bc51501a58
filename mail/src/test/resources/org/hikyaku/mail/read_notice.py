"""Reads a notice on standard input with Python's email package and prints, line by line, what it found."""
import email
import email.policy
import sys

raw = sys.stdin.buffer.read()
policy = email.policy.default.clone(utf8=True)
mail = email.message_from_bytes(raw, policy=policy)
sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def fields(where, part):
    for name, value in part.items():
        if name not in ("Message-ID", "Content-Type"):
            print(f"{where} {name}: {value}")


fields("header", mail)
print("type", mail.get_content_type(), mail.get_param("report-type"))
for part in mail.walk():
    for defect in part.defects:
        print("defect", part.get_content_type(), type(defect).__name__)
parts = list(mail.iter_parts())
print("parts", " ".join(p.get_content_type() for p in parts))
print("text", " ".join(parts[0].get_content().split()))
raw_parts = raw.split(b"--" + mail.get_boundary().encode())
if parts[1].get_content_type() == "message/delivery-status":
    groups = list(parts[1].iter_parts())
else:  # the package knows the type of RFC 3464 only: the groups of RFC 6533 are parsed one by one
    body = raw_parts[2].split(b"\r\n\r\n", 1)[1].decode("utf-8").strip()
    groups = [email.message_from_bytes(g.encode() + b"\r\n\r\n", policy=policy) for g in body.split("\r\n\r\n")]
for number, group in enumerate(groups):
    fields(f"group{number}", group)
for line in raw_parts[3].split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n").decode("utf-8", "replace").split("\r\n"):
    print("returned", line)
bare = raw.replace(b"\r\n", b"")
print("bare", bare.count(b"\n") + bare.count(b"\r"), "eight", any(b > 127 for b in raw), "long", max(map(len, raw.split(b"\r\n"))) > 998)
