package org.hikyaku.check.auth.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.check.auth.Fault;
import org.hikyaku.check.auth.Shown;
import org.hikyaku.check.auth.TagList;
import org.hikyaku.check.auth.TagList.Tag;
import org.hikyaku.check.auth.dmarc.DmarcRecord.Psd;
import org.hikyaku.check.auth.dmarc.DmarcRecord.ReportAddress;

/** Reads a DMARC record (RFC 9989 sections 4.7 and 4.8). */
public final class DmarcParser {
    private static final String VERSION = "DMARC1";
    private static final Set<String> KNOWN =
            Set.of("v", "p", "sp", "np", "t", "psd", "rua", "ruf", "adkim", "aspf", "fo");
    private static final Set<String> REMOVED = Set.of("pct", "rf", "ri");

    private final TagList tags;
    private final List<Fault> faults = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private DmarcParser(TagList tags) {
        this.tags = tags;
        faults.addAll(tags.faults());
    }

    /** Whether a TXT record is a DMARC record: its first tag is {@code v} and says {@code DMARC1}, in capitals. */
    public static boolean isDmarc(String text) {
        List<Tag> tags = TagList.read(text).tags();
        return !tags.isEmpty()
                && tags.getFirst().position() == 1
                && tags.getFirst().name().equals("v")
                && tags.getFirst().value().equals(VERSION);
    }

    /** @param text a TXT record for which {@link #isDmarc} holds */
    public static DmarcRecord parse(String text) {
        return new DmarcParser(TagList.read(text)).record(text);
    }

    private DmarcRecord record(String text) {
        int before = faults.size();
        Optional<DmarcPolicy> p = policy("p");
        Optional<DmarcPolicy> sp = policy("sp");
        Optional<DmarcPolicy> np = policy("np");
        boolean usable = p.isPresent() && faults.size() == before;
        if (tags.tag("p").isEmpty()) {
            notes.add("There is no \"p\" tag, which counts as p=none.");
        }
        boolean testing = choice("t", "y", "n").filter("y"::equals).isPresent();
        Psd psd = choice("psd", "y", "n", "u")
                .map(v -> switch (v) {
                    case "y" -> Psd.YES;
                    case "n" -> Psd.NO;
                    default -> Psd.UNSTATED;
                })
                .orElse(Psd.UNSTATED);
        choice("adkim", "r", "s");
        choice("aspf", "r", "s");
        List<ReportAddress> rua = addresses("rua");
        List<ReportAddress> ruf = addresses("ruf");
        failureOptions();
        style();
        return new DmarcRecord(text, p, sp, np, testing, psd, rua, ruf, usable, faults, notes);
    }

    private Optional<DmarcPolicy> policy(String name) {
        Optional<Tag> tag = tags.tag(name);
        Optional<DmarcPolicy> policy = tag.flatMap(t -> DmarcPolicy.of(t.value()));
        if (tag.isPresent() && policy.isEmpty()) {
            wrong(tag.get(), "none, quarantine or reject");
        }
        return policy;
    }

    private Optional<String> choice(String name, String... allowed) {
        Optional<Tag> tag = tags.tag(name);
        if (tag.isEmpty()) {
            return Optional.empty();
        }
        for (String value : allowed) {
            if (value.equalsIgnoreCase(tag.get().value())) {
                return Optional.of(value);
            }
        }
        wrong(tag.get(), String.join(" or ", allowed));
        return Optional.empty();
    }

    private void wrong(Tag tag, String allowed) {
        faults.add(new Fault(
                tag.valuePosition(),
                "the tag \"" + tag.name() + "\" is " + allowed + ", not " + Shown.quoted(tag.value()) + "."));
    }

    private List<ReportAddress> addresses(String name) {
        List<ReportAddress> addresses = new ArrayList<>();
        Optional<Tag> tag = tags.tag(name);
        if (tag.isEmpty()) {
            return addresses;
        }
        int position = tag.get().valuePosition();
        for (String raw : tag.get().value().split(",", -1)) {
            int start = position + raw.length() - raw.stripLeading().length();
            address(name, raw.strip(), start).ifPresent(addresses::add);
            position += raw.length() + 1;
        }
        return addresses;
    }

    private Optional<ReportAddress> address(String tag, String text, int position) {
        if (text.isEmpty()) {
            faults.add(new Fault(position, "an address is missing in \"" + tag + "\"."));
            return Optional.empty();
        }
        String uri = text;
        int size = text.indexOf('!');
        if (size >= 0) {
            if (!isSize(text.substring(size + 1))) {
                faults.add(new Fault(
                        position + size,
                        "an exclamation point in an address is written %21; sizes are a number and k, m,"
                                + " g or t."));
                return Optional.empty();
            }
            notes.add("The size " + Shown.quoted(text.substring(size)) + " in \"" + tag
                    + "\" is of an older standard and is ignored.");
            uri = text.substring(0, size);
        }
        int colon = uri.indexOf(':');
        String scheme = colon < 0 ? "" : uri.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!isScheme(scheme)) {
            faults.add(new Fault(
                    position,
                    Shown.quoted(text) + " is no URI"
                            + (text.indexOf('@') > 0 ? "; \"mailto:\" belongs before it." : ".")));
            return Optional.empty();
        }
        if (!scheme.equals("mailto")) {
            notes.add("The address " + Shown.quoted(uri) + " is no mailto address; most senders of reports ignore it.");
            return Optional.of(new ReportAddress(uri, Optional.empty()));
        }
        String mailbox = uri.substring(colon + 1);
        int query = mailbox.indexOf('?');
        String bare = query < 0 ? mailbox : mailbox.substring(0, query);
        int at = bare.lastIndexOf('@');
        String host = bare.substring(at + 1);
        boolean right = at > 0 && isHost(host) && bare.chars().allMatch(c -> c > ' ' && c < 0x7F);
        if (!right) {
            faults.add(new Fault(position + colon + 1, Shown.quoted(bare) + " is no mail address."));
            return Optional.empty();
        }
        return Optional.of(new ReportAddress(uri, Optional.of(host.toLowerCase(Locale.ROOT))));
    }

    private static boolean isSize(String text) {
        return text.matches("[0-9]{1,18}[kmgtKMGT]?");
    }

    private static boolean isScheme(String scheme) {
        return scheme.matches("[a-z][a-z0-9+.-]*");
    }

    private static boolean isHost(String host) {
        return host.length() <= LONGEST_HOST && host.matches("([A-Za-z0-9_-]{1,63}\\.)*[A-Za-z0-9_-]{1,63}");
    }

    private static final int LONGEST_HOST = 253;

    private void failureOptions() {
        tags.tag("fo").ifPresent(fo -> {
            List<String> options = List.of(fo.value().split("\\s*:\\s*", -1));
            boolean known = options.stream().allMatch(o -> o.matches("[01dsDS]"));
            boolean twice = options.stream()
                            .map(o -> o.toLowerCase(Locale.ROOT))
                            .distinct()
                            .count()
                    < options.size();
            if (!known || twice || options.contains("0") && options.contains("1")) {
                faults.add(new Fault(
                        fo.valuePosition(),
                        "the tag \"fo\" is 0 or 1, d, s, or several parted by colons, each once and not both 0 and 1;"
                                + " it is " + Shown.quoted(fo.value()) + "."));
            }
            if (tags.tag("ruf").isEmpty()) {
                notes.add("The tag \"fo\" is ignored, because there is no \"ruf\".");
            }
        });
    }

    private void style() {
        for (int i = 0; i < tags.tags().size(); i++) {
            Tag tag = tags.tags().get(i);
            if (REMOVED.contains(tag.name())) {
                notes.add("The tag \"" + tag.name() + "\" was removed by RFC 9989"
                        + (tag.name().equals("pct") ? "; \"t=y\" takes its place." : ".")
                        + " Receivers of the older standard may still act on it.");
            } else if (!KNOWN.contains(tag.name())) {
                notes.add("The tag \"" + Shown.plain(tag.name()) + "\" is unknown and is ignored"
                        + (KNOWN.contains(tag.name().toLowerCase(Locale.ROOT))
                                ? "; names of tags are in small letters."
                                : "."));
            }
            if (tag.name().equals("p") && i != 1) {
                notes.add("The tag \"p\" does not follow \"v\" at once, as receivers of the older standard demand.");
            }
        }
    }
}
