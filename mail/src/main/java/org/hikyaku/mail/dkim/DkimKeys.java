package org.hikyaku.mail.dkim;

import static org.hikyaku.mail.dkim.NotGoodException.check;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.BadNameException;
import org.hikyaku.dns.DomainNames;
import org.hikyaku.dns.Lookup;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** The public keys of signers, looked up (RFC 6376 section 3.6). */
final class DkimKeys {
    private final Lookup lookup;

    DkimKeys(Lookup lookup) {
        this.lookup = lookup;
    }

    /** What the record at {@code SELECTOR._domainkey.DOMAIN} says. */
    record KeyRecord(PublicKey key, List<String> services, boolean strict) {}

    KeyRecord find(String selector, String domain, DkimAlgorithm algorithm) throws NotGoodException {
        String owner = selector + "._domainkey." + domain;
        List<String> texts = texts(owner);
        if (texts.isEmpty()) {
            throw new NotGoodException("There is no key at " + printable(owner) + ".");
        }
        Optional<NotGoodException> why = Optional.empty();
        for (String text : texts) {
            try {
                return read(text, owner, algorithm);
            } catch (NotGoodException e) {
                why = Optional.of(e);
            }
        }
        throw why.orElseThrow();
    }

    private static KeyRecord read(String text, String owner, DkimAlgorithm algorithm) throws NotGoodException {
        String shown = printable(owner);
        DkimTags tags = DkimTags.parse(text)
                .orElseThrow(() -> new NotGoodException("The record at " + shown + " is no list of tags."));
        check(tags.get("v").orElse("DKIM1").equals("DKIM1"), "The record at " + shown + " is no key of DKIM.");
        String p = tags.compact("p")
                .orElseThrow(() -> new NotGoodException("The record at " + shown + " has no key (p=)."));
        check(!p.isEmpty(), "The key at " + shown + " is revoked.");
        check(
                tags.get("k").orElse("rsa").equalsIgnoreCase(algorithm.keyType()),
                "The key at " + shown + " is for another algorithm.");
        check(
                tags.get("h").isEmpty() || tags.list("h").contains("sha256"),
                "The key at " + shown + " does not allow SHA-256.");
        try {
            PublicKey key = algorithm.publicKey(DkimVerifier.base64(p));
            check(
                    !(key instanceof RSAKey rsa) || rsa.getModulus().bitLength() >= DkimAlgorithm.SHORTEST_RSA,
                    "The key at " + shown + " is shorter than " + DkimAlgorithm.SHORTEST_RSA + " bits (RFC 8301).");
            List<String> services = tags.list("s");
            return new KeyRecord(
                    key,
                    services.isEmpty() ? List.of("*") : services,
                    tags.list("t").contains("s"));
        } catch (GeneralSecurityException e) {
            throw new NotGoodException("The key at " + shown + " cannot be read.");
        }
    }

    private List<String> texts(String owner) throws NotGoodException {
        Answer answer;
        try {
            answer = lookup.lookup(DomainNames.parse(owner), Type.TXT);
        } catch (BadNameException e) {
            throw new NotGoodException("The signature's key has no name that can be looked up.");
        }
        return switch (answer) {
            case Answer.Definite definite ->
                definite.content().recordsOrNone().stream()
                        .filter(TXTRecord.class::isInstance)
                        .map(r -> ((TXTRecord) r)
                                .getStringsAsByteArrays().stream()
                                        .map(s -> new String(s, StandardCharsets.ISO_8859_1))
                                        .collect(Collectors.joining()))
                        .toList();
            case Answer.Bogus _ ->
                throw new NotGoodException("The key at " + printable(owner) + " fails DNSSEC validation.");
            case Answer.Failed failed ->
                throw new NotGoodException(
                        true,
                        "The key at " + printable(owner) + " could not be looked up: "
                                + failed.failure().sentence());
        };
    }

    private static String printable(String name) {
        return name.chars()
                .limit(300)
                .map(c -> c > ' ' && c < 0x7f ? c : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
