package org.hikyaku.check.auth.caa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.check.auth.Fault;
import org.hikyaku.check.auth.Shown;
import org.hikyaku.check.auth.caa.CaaProperty.Parameter;

/** Reads the flags, tag and value of a CAA record (RFC 8659 sections 4.1 to 4.5). */
public final class CaaParser {
    private static final int CRITICAL = 128;
    private static final Set<String> ISSUE = Set.of("issue", "issuewild", "issuemail");

    /** Tags of the IANA registry. */
    private static final Set<String> REGISTERED =
            Set.of("issue", "issuewild", "issuemail", "issuevmc", "iodef", "contactemail", "contactphone");

    private final String value;
    private final List<Fault> faults = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();

    private CaaParser(String value) {
        this.value = value;
    }

    /**
     * Reads one record.
     *
     * @param value an octet a character
     */
    public static CaaProperty parse(int flags, String tag, String value) {
        CaaParser parser = new CaaParser(value);
        String name = tag.toLowerCase(Locale.ROOT);
        if (name.isEmpty() || !name.chars().allMatch(c -> isAlphanumeric((char) c))) {
            parser.faults.add(new Fault(1, "the tag " + Shown.quoted(tag) + " is not of letters and digits."));
        }
        Optional<String> issuer = Optional.empty();
        if (ISSUE.contains(name)) {
            issuer = parser.issuer();
        } else if (name.equals("iodef")) {
            parser.iodef();
        }
        return new CaaProperty(name, value, (flags & CRITICAL) != 0, issuer, parser.parameters, parser.faults);
    }

    /** Whether authorities can be expected to know a tag. */
    public static boolean isRegistered(String tag) {
        return REGISTERED.contains(tag);
    }

    /** issue-value: a domain or none, then perhaps a semicolon and parameters. */
    private Optional<String> issuer() {
        int semicolon = value.indexOf(';');
        String domain = (semicolon < 0 ? value : value.substring(0, semicolon));
        Optional<String> issuer = domain(domain);
        if (semicolon >= 0) {
            parameters(semicolon + 1);
        }
        // "An issue Property Tag where the issue-value does not match the ABNF grammar MUST be treated the same as one
        // specifying an empty issuer-domain-name" (section 4.2).
        return faults.isEmpty() ? issuer : Optional.empty();
    }

    private Optional<String> domain(String text) {
        String bare = text.strip();
        if (bare.isEmpty()) {
            return Optional.empty();
        }
        int start = text.indexOf(bare) + 1;
        int at = 0;
        for (String label : bare.split("\\.", -1)) {
            if (!isLabel(label)) {
                faults.add(new Fault(
                        start + at,
                        bare.contains("://")
                                ? Shown.quoted(bare)
                                        + " is an address of the web; the authority's bare domain belongs here."
                                : Shown.quoted(bare) + " is no domain of an authority."));
                return Optional.empty();
            }
            at += label.length() + 1;
        }
        return Optional.of(bare.toLowerCase(Locale.ROOT));
    }

    private static boolean isLabel(String text) {
        if (text.isEmpty() || !isAlphanumeric(text.charAt(0)) || !isAlphanumeric(text.charAt(text.length() - 1))) {
            return false;
        }
        return text.chars().allMatch(c -> isAlphanumeric((char) c) || c == '-');
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    private void parameters(int from) {
        int start = from;
        while (start <= value.length()) {
            int end = value.indexOf(';', start);
            end = end < 0 ? value.length() : end;
            String piece = value.substring(start, end);
            if (!piece.isBlank()) {
                parameter(piece, start);
            } else if (end < value.length()) {
                faults.add(new Fault(end + 1, "there is nothing before this semicolon."));
            }
            start = end + 1;
        }
    }

    private void parameter(String piece, int start) {
        int position = start + piece.length() - piece.stripLeading().length() + 1;
        int equals = piece.indexOf('=');
        String name = (equals < 0 ? piece : piece.substring(0, equals)).strip();
        if (equals < 0 || !isLabel(name)) {
            faults.add(new Fault(
                    position, Shown.quoted(piece.strip()) + " is no parameter; one is a name, \"=\" and a value."));
            return;
        }
        String content = piece.substring(equals + 1).strip();
        for (int i = 0; i < content.length(); i++) {
            char c = content.charAt(i);
            if (c <= ' ' || c >= 0x7F) {
                faults.add(new Fault(
                        start + piece.indexOf(content, equals + 1) + i + 1,
                        Shown.character(c) + " is not allowed in a parameter."));
                return;
            }
        }
        parameters.add(new Parameter(name.toLowerCase(Locale.ROOT), content));
        known(name.toLowerCase(Locale.ROOT), content, position);
    }

    /** RFC 8657. */
    private void known(String name, String content, int position) {
        if (name.equals("accounturi") && !content.matches("[A-Za-z][A-Za-z0-9+.-]*:.+")) {
            faults.add(new Fault(
                    position, "\"accounturi\" is the whole URI of an account, not " + Shown.quoted(content) + "."));
        }
        if (name.equals("validationmethods") && !content.matches("[A-Za-z0-9-]+(,[A-Za-z0-9-]+)*")) {
            faults.add(new Fault(
                    position,
                    "\"validationmethods\" is a list of names parted by commas, not " + Shown.quoted(content) + "."));
        }
        if (parameters.stream().filter(p -> p.name().equals(name)).count() > 1
                && (name.equals("accounturi") || name.equals("validationmethods"))) {
            faults.add(new Fault(position, "\"" + name + "\" stands a second time."));
        }
    }

    private void iodef() {
        if (!value.matches("(?i)(mailto:.+@.+|https?://.+)")) {
            faults.add(new Fault(1, "\"iodef\" is a mailto, http or https address, not " + Shown.quoted(value) + "."));
        }
    }
}
