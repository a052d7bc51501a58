package org.hikyaku.check.auth.spf;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.check.auth.Fault;
import org.hikyaku.check.auth.Shown;
import org.hikyaku.check.auth.spf.SpfTerm.Cidr;
import org.hikyaku.check.auth.spf.SpfTerm.Place;

/** Reads an SPF record by the grammar of RFC 7208 section 12. It goes on after a fault, so that all are found. */
public final class SpfParser {
    /** The version section; letters of either case (RFC 7208 section 4.5, errata and ABNF). */
    public static final String VERSION = "v=spf1";

    private static final int IP4_BITS = 32;
    private static final int IP6_BITS = 128;
    private static final int SHORTEST_CIDR = 2;

    private final String text;
    private final List<SpfTerm> terms = new ArrayList<>();
    private final List<SpfFault> faults = new ArrayList<>();
    private final Map<String, Integer> once = new HashMap<>();

    private SpfParser(String text) {
        this.text = text;
    }

    /** Whether a TXT record is an SPF record at all: the version, then a space or the end (RFC 7208 section 4.5). */
    public static boolean isSpf(String text) {
        return text.regionMatches(true, 0, VERSION, 0, VERSION.length())
                && (text.length() == VERSION.length() || text.charAt(VERSION.length()) == ' ');
    }

    /**
     * Reads a record.
     *
     * @param text a TXT record for which {@link #isSpf} holds
     */
    public static SpfRecord parse(String text) {
        SpfParser parser = new SpfParser(text);
        parser.terms();
        return new SpfRecord(text, parser.terms, parser.faults);
    }

    /** Only spaces part terms, one or more. */
    private void terms() {
        int start = Math.min(VERSION.length(), text.length());
        while (start < text.length()) {
            if (text.charAt(start) == ' ') {
                start++;
                continue;
            }
            int end = text.indexOf(' ', start);
            end = end < 0 ? text.length() : end;
            Place place = new Place(start + 1, text.substring(start, end));
            try {
                terms.add(term(place));
            } catch (BadTermException e) {
                faults.add(new SpfFault(place, new Fault(place.position() + e.offset(), e.sentence()), e.meant()));
            }
            start = end;
        }
    }

    private SpfTerm term(Place place) throws BadTermException {
        String term = place.text();
        for (int i = 0; i < term.length(); i++) {
            char c = term.charAt(i);
            if (c <= ' ' || c >= 0x7F) {
                throw new BadTermException(
                        i, Shown.character(c) + " is not allowed: a record is of visible ASCII characters and spaces.");
            }
        }
        int equals = modifierEnd(term);
        return equals > 0 ? modifier(place, equals) : mechanism(place);
    }

    /** The index of "=" after a modifier's name; -1 when this is no modifier. */
    private static int modifierEnd(String term) {
        for (int i = 0; i < term.length(); i++) {
            char c = term.charAt(i);
            if (c == '=') {
                return i;
            }
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            boolean later = c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.';
            if (!letter && !(i > 0 && later)) {
                return -1;
            }
        }
        return -1;
    }

    private SpfTerm modifier(Place place, int equals) throws BadTermException {
        String name = place.text().substring(0, equals).toLowerCase(Locale.ROOT);
        String value = place.text().substring(equals + 1);
        return switch (name) {
            case "redirect" -> {
                onlyOnce(name, place);
                yield new SpfTerm.Redirect(place, MacroReader.domain(value, equals + 1));
            }
            case "exp" -> {
                onlyOnce(name, place);
                yield new SpfTerm.Explanation(place, MacroReader.domain(value, equals + 1));
            }
            default -> {
                MacroReader.macroString(value, equals + 1);
                yield new SpfTerm.Unknown(place, name);
            }
        };
    }

    /** RFC 7208 section 6: these modifiers must not stand twice. */
    private void onlyOnce(String name, Place place) throws BadTermException {
        Integer before = once.putIfAbsent(name, place.position());
        if (before != null) {
            throw new BadTermException(
                    0, "\"" + name + "=\" stands a second time, it is already at character " + before + ".");
        }
    }

    private static SpfTerm mechanism(Place place) throws BadTermException {
        String term = place.text();
        Optional<Qualifier> sign = sign(term.charAt(0));
        int start = sign.isPresent() ? 1 : 0;
        int end = start;
        while (end < term.length() && term.charAt(end) != ':' && term.charAt(end) != '/') {
            end++;
        }
        String name = term.substring(start, end).toLowerCase(Locale.ROOT);
        Qualifier qualifier = sign.orElse(Qualifier.PASS);
        Optional<String> value = end < term.length() && term.charAt(end) == ':'
                ? Optional.of(term.substring(end + 1))
                : Optional.empty();
        String rest = term.substring(end);
        return switch (name) {
            case "all" -> {
                nothingMore(rest, end, "all");
                yield new SpfTerm.All(place, qualifier);
            }
            case "include" -> new SpfTerm.Include(place, qualifier, required(rest, value, end, "include"));
            case "exists" -> new SpfTerm.Exists(place, qualifier, required(rest, value, end, "exists"));
            case "ptr" -> {
                if (value.isEmpty()) {
                    nothingMore(rest, end, "ptr");
                }
                yield new SpfTerm.Ptr(
                        place,
                        qualifier,
                        value.isPresent() ? Optional.of(MacroReader.domain(value.get(), end + 1)) : Optional.empty());
            }
            case "a", "mx" -> hosts(place, qualifier, name, rest, end);
            case "ip4" -> ip4(place, qualifier, value, end);
            case "ip6" -> ip6(place, qualifier, value, end);
            default -> throw unknown(term, name, start, end, rest);
        };
    }

    private static Optional<Qualifier> sign(char c) {
        for (Qualifier qualifier : Qualifier.values()) {
            if (qualifier.sign() == c) {
                return Optional.of(qualifier);
            }
        }
        return Optional.empty();
    }

    private static void nothingMore(String rest, int offset, String name) throws BadTermException {
        if (!rest.isEmpty()) {
            throw new BadTermException(offset, "nothing may follow \"" + name + "\" here.");
        }
    }

    private static DomainSpec required(String rest, Optional<String> value, int end, String name)
            throws BadTermException {
        if (value.isEmpty()) {
            throw new BadTermException(
                    end, "\"" + name + "\" needs \":\" and a domain" + (rest.isEmpty() ? "." : " first."));
        }
        return MacroReader.domain(value.get(), end + 1);
    }

    /** {@code a} and {@code mx}: a domain or none, then prefix lengths or none. */
    private static SpfTerm hosts(Place place, Qualifier qualifier, String name, String rest, int end)
            throws BadTermException {
        int cidrStart = cidrStart(rest);
        Cidr cidr = cidr(rest.substring(cidrStart), end + cidrStart);
        String before = rest.substring(0, cidrStart);
        Optional<DomainSpec> domain = Optional.empty();
        if (before.startsWith(":")) {
            String value = before.substring(1);
            if (isIp4(value) || value.indexOf(':') >= 0 && isIp6(value)) {
                String right = (isIp4(value) ? "ip4:" : "ip6:")
                        + value
                        + rest.substring(cidrStart).replace("//", "/");
                throw new BadTermException(
                        end + 1,
                        Shown.quoted(value) + " is an address, and \"" + name + ":\" takes a name.",
                        Optional.of(
                                sign(place.text().charAt(0)).isPresent()
                                        ? place.text().charAt(0) + right
                                        : right));
            }
            domain = Optional.of(MacroReader.domain(value, end + 1));
        } else if (!before.isEmpty()) {
            throw new BadTermException(end, "only prefix lengths such as \"/24\" or \"//64\" may follow \"/\" here.");
        }
        return name.equals("a")
                ? new SpfTerm.A(place, qualifier, domain, cidr)
                : new SpfTerm.Mx(place, qualifier, domain, cidr);
    }

    /** Where the prefix lengths at the end begin: {@code /24}, {@code //64}, {@code /24//64}. */
    private static int cidrStart(String rest) {
        int start = rest.length();
        int digits = digitsBefore(rest, start);
        if (digits < start && digits >= SHORTEST_CIDR && rest.startsWith("//", digits - 2)) {
            start = digits - 2;
            digits = digitsBefore(rest, start);
        }
        if (digits < start && digits >= 1 && rest.charAt(digits - 1) == '/') {
            start = digits - 1;
        }
        return start;
    }

    private static int digitsBefore(String rest, int end) {
        int start = end;
        while (start > 0 && rest.charAt(start - 1) >= '0' && rest.charAt(start - 1) <= '9') {
            start--;
        }
        return start;
    }

    private static Cidr cidr(String text, int offset) throws BadTermException {
        if (text.isEmpty()) {
            return Cidr.WHOLE;
        }
        int six = text.indexOf("//");
        Optional<Integer> ip4 = six == 0
                ? Optional.empty()
                : Optional.of(prefix(text.substring(1, six < 0 ? text.length() : six), offset + 1, IP4_BITS));
        Optional<Integer> ip6 =
                six < 0 ? Optional.empty() : Optional.of(prefix(text.substring(six + 2), offset + six + 2, IP6_BITS));
        return new Cidr(ip4, ip6);
    }

    private static int prefix(String digits, int offset, int most) throws BadTermException {
        boolean number = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number) {
            throw new BadTermException(offset, "a prefix length belongs here, a number from 0 to " + most + ".");
        }
        if (digits.length() > 1 && digits.charAt(0) == '0') {
            throw new BadTermException(offset, "a prefix length has no leading zero.");
        }
        if (digits.length() > 3 || Integer.parseInt(digits) > most) {
            throw new BadTermException(
                    offset, "a prefix length here is at most " + most + ", not " + Shown.plain(digits) + ".");
        }
        return Integer.parseInt(digits);
    }

    private static SpfTerm ip4(Place place, Qualifier qualifier, Optional<String> value, int end)
            throws BadTermException {
        String all = network(value, end, "ip4");
        int slash = all.indexOf('/');
        String address = slash < 0 ? all : all.substring(0, slash);
        if (!isIp4(address)) {
            boolean six = address.indexOf(':') >= 0 && isIp6(address);
            throw new BadTermException(
                    end + 1,
                    Shown.quoted(address) + (six ? " is an IPv6 address: it takes \"ip6:\"." : " is no IPv4 address."),
                    six ? Optional.of(place.text().replaceFirst("(?i)ip4", "ip6")) : Optional.empty());
        }
        int prefix = slash < 0 ? IP4_BITS : prefix(all.substring(slash + 1), end + slash + 2, IP4_BITS);
        return new SpfTerm.Ip(place, qualifier, address, prefix);
    }

    private static SpfTerm ip6(Place place, Qualifier qualifier, Optional<String> value, int end)
            throws BadTermException {
        String all = network(value, end, "ip6");
        int slash = all.indexOf('/');
        String address = slash < 0 ? all : all.substring(0, slash);
        if (!isIp6(address)) {
            boolean four = isIp4(address);
            throw new BadTermException(
                    end + 1,
                    Shown.quoted(address) + (four ? " is an IPv4 address: it takes \"ip4:\"." : " is no IPv6 address."),
                    four ? Optional.of(place.text().replaceFirst("(?i)ip6", "ip4")) : Optional.empty());
        }
        int prefix = slash < 0 ? IP6_BITS : prefix(all.substring(slash + 1), end + slash + 2, IP6_BITS);
        return new SpfTerm.Ip(place, qualifier, address, prefix);
    }

    private static String network(Optional<String> value, int end, String name) throws BadTermException {
        if (value.filter(v -> !v.isEmpty()).isEmpty()) {
            throw new BadTermException(end, "\"" + name + "\" needs \":\" and an address or network.");
        }
        return value.get();
    }

    /** Four numbers from 0 to 255 without leading zeros (RFC 7208 section 12, ip4-network). */
    private static boolean isIp4(String text) {
        String[] numbers = text.split("\\.", -1);
        if (numbers.length != 4) {
            return false;
        }
        for (String number : numbers) {
            boolean digits =
                    !number.isEmpty() && number.length() <= 3 && number.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!digits || number.length() > 1 && number.charAt(0) == '0' || Integer.parseInt(number) > 255) {
                return false;
            }
        }
        return true;
    }

    private static boolean isIp6(String text) {
        boolean characters =
                text.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0 && c < 0x80);
        if (!characters || text.indexOf(':') < 0) {
            return false; // no zone identifiers, no brackets
        }
        try {
            InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false; // that is the answer
        }
    }

    private static BadTermException unknown(String term, String name, int start, int end, String rest) {
        if (isIp4(term.substring(start).split("/", 2)[0])) {
            return new BadTermException(
                    start,
                    "an address takes \"ip4:\" before it.",
                    Optional.of(term.substring(0, start) + "ip4:" + term.substring(start)));
        }
        if (isIp6(term.substring(start).split("/", 2)[0])) {
            return new BadTermException(
                    start,
                    "an address takes \"ip6:\" before it.",
                    Optional.of(term.substring(0, start) + "ip6:" + term.substring(start)));
        }
        Optional<String> known = switch (name) {
            case "ipv4", "ip" -> Optional.of("ip4");
            case "ipv6" -> Optional.of("ip6");
            case "includes" -> Optional.of("include");
            case "any" -> Optional.of("all");
            default -> Optional.empty();
        };
        if (name.equals("redirect") || name.equals("exp")) {
            return new BadTermException(
                    end,
                    "\"" + name + "\" is a modifier and takes \"=\".",
                    rest.length() > 1 ? Optional.of(name + "=" + rest.substring(1)) : Optional.empty());
        }
        if (name.equals(VERSION)) {
            return new BadTermException(start, "the version stands once, at the beginning.", Optional.of(""));
        }
        return new BadTermException(
                start,
                name.isEmpty()
                        ? "a mechanism such as \"a\" or \"ip4:\" belongs here."
                        : Shown.quoted(term.substring(start, end))
                                + " is no mechanism; there are all, include, a, mx, ptr, ip4, ip6 and exists."
                                + known.map(k -> " Perhaps " + k + " was meant.")
                                        .orElse(""),
                known.map(k -> term.substring(0, start) + k + rest));
    }
}
