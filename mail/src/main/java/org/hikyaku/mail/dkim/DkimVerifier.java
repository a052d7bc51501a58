package org.hikyaku.mail.dkim;

import static org.hikyaku.mail.dkim.NotGoodException.check;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.dns.Lookup;
import org.hikyaku.mail.dkim.DkimResult.Invalid;
import org.hikyaku.mail.dkim.DkimResult.Unknown;
import org.hikyaku.mail.dkim.DkimResult.Valid;
import org.hikyaku.net.Limit;

/** Checks the signatures of a mail (RFC 6376 section 6). */
public final class DkimVerifier {
    /** Each costs a look-up; a mail with more of them is up to something. */
    static final Limit MAX_SIGNATURES = new Limit("DKIM signatures looked at in a mail", 5);

    private final DkimKeys keys;
    private final InstantSource clock;

    public DkimVerifier(Lookup lookup, InstantSource clock) {
        this.keys = new DkimKeys(lookup);
        this.clock = clock;
    }

    /** What each signature is worth, from the top; empty when there is none. */
    public List<DkimResult> verify(byte[] mail) {
        MailParts parts = MailParts.of(mail);
        List<DkimResult> results = new ArrayList<>();
        for (MailParts.Field field : parts.fields()) {
            if (field.name().equals("dkim-signature") && results.size() < MAX_SIGNATURES.value()) {
                results.add(verify(parts, field));
            }
        }
        return results;
    }

    private DkimResult verify(MailParts mail, MailParts.Field field) {
        Optional<DkimTags> tags = DkimTags.parse(field.value().replace("\r\n", ""));
        if (tags.isEmpty()) {
            return new Invalid("", "The signature is not a list of tags.");
        }
        String domain = tags.get().get("d").orElse("").toLowerCase(Locale.ROOT);
        try {
            return checked(mail, field, tags.get(), domain);
        } catch (NotGoodException e) {
            return e.unknown() ? new Unknown(domain, e.sentence()) : new Invalid(domain, e.sentence());
        }
    }

    private DkimResult checked(MailParts mail, MailParts.Field field, DkimTags tags, String domain)
            throws NotGoodException {
        String selector = required(tags, "s");
        DkimAlgorithm algorithm = DkimAlgorithm.of(required(tags, "a"))
                .orElseThrow(() -> new NotGoodException("The signature uses the algorithm \""
                        + tags.get("a").orElse("") + "\", which is not good or not known (RFC 8301)."));
        check("1".equals(required(tags, "v")), "The signature is of a version that is not known.");
        List<String> names =
                tags.list("h").stream().map(n -> n.toLowerCase(Locale.ROOT)).toList();
        check(names.contains("from"), "The signature does not cover the From field (RFC 6376 section 5.4).");
        identity(tags, domain);
        times(tags);
        String[] forms = tags.get("c").orElse("simple/simple").split("/", 2);
        Canonical header = form(forms[0]);
        Canonical body = form(forms.length > 1 ? forms[1] : "simple");
        boolean whole = body(tags, body.body(mail.body()));
        DkimKeys.KeyRecord key = keys.find(selector, domain, algorithm);
        check(
                key.strict() ? identityDomain(tags, domain).equals(domain) : true,
                "The key of " + domain + " is for that domain alone, and the signature is for a part of it (t=s).");
        signature(mail, field, tags, names, header, algorithm, key);
        return new Valid(domain, selector, key.services(), whole, names);
    }

    private void signature(
            MailParts mail,
            MailParts.Field field,
            DkimTags tags,
            List<String> names,
            Canonical form,
            DkimAlgorithm algorithm,
            DkimKeys.KeyRecord key)
            throws NotGoodException {
        byte[] input =
                SignedInput.headers(form, mail, names, new MailParts.Field(field.name(), withoutValue(field.raw())));
        try {
            boolean good = algorithm.verify(key.key(), input, base64(required(tags, "b")));
            check(good, "The signature does not fit the header: the mail was changed, or the key is another one.");
        } catch (GeneralSecurityException e) {
            throw new NotGoodException("The signature cannot be checked with the key: " + e.getMessage() + ".");
        }
    }

    /** The field with an empty {@code b=} (RFC 6376 section 3.5). */
    static String withoutValue(String raw) {
        int at = raw.indexOf(':') + 1;
        while (at < raw.length()) {
            int end = raw.indexOf(';', at);
            end = end < 0 ? raw.length() : end;
            int equals = raw.indexOf('=', at);
            if (equals >= 0 && equals < end && raw.substring(at, equals).strip().equals("b")) {
                return raw.substring(0, equals + 1) + raw.substring(end);
            }
            at = end + 1;
        }
        return raw;
    }

    /** Whether all of the body is signed. */
    private static boolean body(DkimTags tags, byte[] body) throws NotGoodException {
        int length = body.length;
        Optional<String> limited = tags.get("l");
        if (limited.isPresent()) {
            try {
                long value = Long.parseLong(limited.get());
                check(value >= 0 && value <= body.length, "The signature covers more than there is (l=).");
                length = (int) value;
            } catch (NumberFormatException e) {
                throw new NotGoodException("The signature's l= is no number.");
            }
        }
        check(
                MessageDigest.isEqual(SignedInput.sha256(body, length), base64(required(tags, "bh"))),
                "The body is not the one that was signed.");
        return length == body.length && limited.isEmpty();
    }

    private static void identity(DkimTags tags, String domain) throws NotGoodException {
        check(!domain.isEmpty(), "The signature does not say whose it is (d=).");
        String identity = identityDomain(tags, domain);
        check(
                identity.equals(domain) || identity.endsWith("." + domain),
                "The signature is for another domain (i=) than the one whose key it uses (d=).");
    }

    private static String identityDomain(DkimTags tags, String domain) {
        String identity = tags.get("i").orElse("@" + domain);
        return identity.substring(identity.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    private void times(DkimTags tags) throws NotGoodException {
        Optional<String> expires = tags.get("x");
        if (expires.isEmpty()) {
            return;
        }
        try {
            check(Long.parseLong(expires.get()) >= clock.instant().getEpochSecond(), "The signature has expired (x=).");
        } catch (NumberFormatException e) {
            throw new NotGoodException("The signature's x= is no time.");
        }
    }

    private static Canonical form(String token) throws NotGoodException {
        for (Canonical form : Canonical.values()) {
            if (form.token().equalsIgnoreCase(token.strip())) {
                return form;
            }
        }
        throw new NotGoodException("The signature's form is not known (c=).");
    }

    static byte[] base64(String text) throws NotGoodException {
        try {
            return Base64.getDecoder().decode(text.replaceAll("\\s+", ""));
        } catch (IllegalArgumentException e) {
            throw new NotGoodException("The signature or its key is not base64.");
        }
    }

    private static String required(DkimTags tags, String name) throws NotGoodException {
        return tags.get(name).orElseThrow(() -> new NotGoodException("The signature has no " + name + "=."));
    }
}
