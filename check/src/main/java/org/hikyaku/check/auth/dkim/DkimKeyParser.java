package org.hikyaku.check.auth.dkim;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.hikyaku.check.auth.Fault;
import org.hikyaku.check.auth.Shown;
import org.hikyaku.check.auth.TagList;
import org.hikyaku.check.auth.TagList.Tag;
import org.hikyaku.check.auth.dkim.DkimKey.Kind;

/** Reads a DKIM key record (RFC 6376 section 3.6.1, RFC 8463 section 4). */
public final class DkimKeyParser {
    private static final int ED25519_OCTETS = 32;
    private static final int ED25519_BITS = 256;

    /** More is refused by most verifiers, and costs time to read (RFC 6376 section 3.3.3 asks for up to 2048 only). */
    private static final int MOST_BITS = 16_384;

    private static final Set<String> KNOWN = Set.of("v", "g", "h", "k", "n", "p", "s", "t");

    /** The DER of an AlgorithmIdentifier for rsaEncryption. */
    private static final byte[] RSA_ENCRYPTION = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    private final String text;
    private final TagList tags;
    private final List<Fault> faults = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private DkimKeyParser(String text) {
        this.text = text;
        this.tags = TagList.read(text);
        faults.addAll(tags.faults());
    }

    /** Whether a TXT record is meant as a key: it has a {@code p} tag, or says {@code v=DKIM1}. */
    public static boolean isKey(String text) {
        TagList tags = TagList.read(text);
        return tags.tag("p").isPresent()
                || tags.tag("v").filter(v -> v.value().startsWith("DKIM")).isPresent();
    }

    public static DkimKey parse(String text) {
        return new DkimKeyParser(text).key();
    }

    private DkimKey key() {
        version();
        String name = tags.tag("k").map(Tag::value).orElse("rsa").toLowerCase(Locale.ROOT);
        Kind kind = switch (name) {
            case "rsa" -> Kind.RSA;
            case "ed25519" -> Kind.ED25519;
            default -> Kind.UNKNOWN;
        };
        if (kind == Kind.UNKNOWN) {
            notes.add("The kind of key " + Shown.quoted(name) + " is unknown; verifiers ignore the key.");
        }
        List<String> flags = list("t");
        List<String> hashes = list("h");
        List<String> services = list("s");
        hashes.stream()
                .filter(h -> !h.equals("sha1") && !h.equals("sha256"))
                .forEach(h -> notes.add("The digest " + Shown.quoted(h) + " in \"h\" is unknown and is ignored."));
        tags.tags().stream()
                .filter(t -> !KNOWN.contains(t.name()))
                .forEach(t -> notes.add("The tag " + Shown.quoted(t.name()) + " is unknown and is ignored."));
        tags.tag("g").ifPresent(_ -> notes.add("The tag \"g\" was removed by RFC 6376 and is ignored."));
        Optional<Tag> p = tags.tag("p");
        boolean revoked = p.filter(t -> t.value().isEmpty()).isPresent();
        int bits = 0;
        if (p.isEmpty()) {
            faults.add(new Fault(text.length() + 1, "the tag \"p\" with the key is missing."));
        } else if (!revoked) {
            bits = bits(kind, p.get()).orElse(0);
        }
        return new DkimKey(
                text, kind, bits, revoked, flags.contains("y"), flags.contains("s"), hashes, services, faults, notes);
    }

    /** RFC 6376: if there, it is first and says DKIM1, in these letters. */
    private void version() {
        tags.tag("v").ifPresent(v -> {
            if (!v.value().equals("DKIM1")) {
                faults.add(
                        new Fault(v.valuePosition(), "the version is \"DKIM1\", not " + Shown.quoted(v.value()) + "."));
            } else if (!tags.tags().getFirst().equals(v)) {
                faults.add(new Fault(v.position(), "the version must be the first tag."));
            }
        });
    }

    private List<String> list(String name) {
        return tags.tag(name)
                .map(t -> Arrays.stream(t.value().split(":", -1))
                        .map(v -> v.strip().toLowerCase(Locale.ROOT))
                        .filter(v -> !v.isEmpty())
                        .toList())
                .orElse(List.of());
    }

    private OptionalInt bits(Kind kind, Tag p) {
        Optional<byte[]> data = base64(p);
        if (data.isEmpty()) {
            return OptionalInt.empty();
        }
        return switch (kind) {
            case UNKNOWN -> OptionalInt.empty();
            case ED25519 -> {
                if (data.get().length != ED25519_OCTETS) {
                    faults.add(new Fault(
                            p.valuePosition(),
                            "an Ed25519 key has " + ED25519_OCTETS + " octets, bare, this one has " + data.get().length
                                    + "."));
                    yield OptionalInt.empty();
                }
                yield OptionalInt.of(ED25519_BITS);
            }
            case RSA -> {
                OptionalInt bits = rsaBits(data.get());
                if (bits.isEmpty()) {
                    faults.add(new Fault(p.valuePosition(), "this is no RSA public key in DER."));
                }
                yield bits;
            }
        };
    }

    /** Folding white space is allowed anywhere in it (RFC 6376 section 2.10). */
    private Optional<byte[]> base64(Tag p) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < p.value().length(); i++) {
            char c = p.value().charAt(i);
            if (Character.isWhitespace(c)) {
                continue;
            }
            boolean base64 = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '+'
                    || c == '/'
                    || c == '=';
            if (!base64) {
                faults.add(new Fault(
                        p.valuePosition() + i, Shown.character(c) + " is not allowed in the key, which is base64."));
                return Optional.empty();
            }
            digits.append(c);
        }
        try {
            return Optional.of(Base64.getDecoder().decode(digits.toString()));
        } catch (IllegalArgumentException e) {
            faults.add(new Fault(
                    p.valuePosition(),
                    "the key is no whole base64: it was probably cut, or joined with a piece missing."));
            return Optional.empty();
        }
    }

    /** SubjectPublicKeyInfo as everybody publishes it, or the bare RSAPublicKey that the RFC's text names. */
    private static OptionalInt rsaBits(byte[] der) {
        if (der.length > MOST_BITS / 8 * 2) {
            return OptionalInt.empty();
        }
        OptionalInt info = modulus(der);
        return info.isPresent() ? info : modulus(wrapped(der));
    }

    private static OptionalInt modulus(byte[] info) {
        try {
            PublicKey key = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(info));
            return key instanceof RSAPublicKey rsa
                    ? OptionalInt.of(rsa.getModulus().bitLength())
                    : OptionalInt.empty();
        } catch (GeneralSecurityException e) {
            return OptionalInt.empty(); // then it is no such key
        }
    }

    private static byte[] wrapped(byte[] key) {
        ByteArrayOutputStream bits = new ByteArrayOutputStream();
        bits.write(0); // no unused bits
        bits.writeBytes(key);
        ByteArrayOutputStream inside = new ByteArrayOutputStream();
        inside.writeBytes(RSA_ENCRYPTION);
        inside.writeBytes(der(0x03, bits.toByteArray()));
        return der(0x30, inside.toByteArray());
    }

    private static byte[] der(int tag, byte[] content) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        if (content.length < 0x80) {
            all.write(content.length);
        } else {
            all.write(0x82);
            all.write(content.length >> 8);
            all.write(content.length & 0xFF);
        }
        all.writeBytes(content);
        return all.toByteArray();
    }
}
