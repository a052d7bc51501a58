package org.hikyaku.policy;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.dns.Content;

/**
 * The TXT record at {@code _smtp._tls.<policy domain>} (RFC 8460 section 3): where daily reports go.
 *
 * @param rua where to, in order: {@code mailto:} and {@code https:}; at least one
 * @param warnings what should be mended although the record is valid: sentences
 */
public record TlsRptRecord(List<URI> rua, List<String> warnings) {
    static final String VERSION = "v=TLSRPTv1";

    public TlsRptRecord {
        rua = List.copyOf(rua);
        warnings = List.copyOf(warnings);
    }

    /** What the TXT records of a name come to. */
    public sealed interface Reading {
        record Found(TlsRptRecord record) implements Reading {}

        /** No record begins with {@code v=TLSRPTv1;}. */
        record Absent() implements Reading {}

        /** One that is not valid, or several: no reports will come. */
        record Invalid(List<String> problems) implements Reading {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    /** Reads the TXT records of an answer. */
    public static Reading read(Content content) {
        return read(StsRecord.texts(content));
    }

    /** Reads TXT records, each with its strings joined (T1). */
    public static Reading read(List<String> texts) {
        List<String> ours = texts.stream().filter(t -> TagList.isOf(VERSION, t)).toList();
        if (ours.size() > 1) {
            return new Reading.Invalid(List.of("There are " + ours.size()
                    + " records that begin \"v=TLSRPTv1;\"; with more than one, senders act as if there were none"
                    + " (T1, RFC 8460 section 3)."));
        }
        if (ours.isEmpty()) {
            return texts.stream()
                    .filter(t -> t.regionMatches(true, 0, VERSION, 0, VERSION.length()))
                    .findFirst()
                    .<Reading>map(t -> new Reading.Invalid(List.of("The record \"" + Printable.of(t)
                            + "\" does not begin exactly \"v=TLSRPTv1;\" and is not read (T1).")))
                    .orElseGet(Reading.Absent::new);
        }
        try {
            return new Reading.Found(parse(ours.getFirst()));
        } catch (TlsRptFormatException e) {
            return new Reading.Invalid(e.problems());
        }
    }

    /** Reads one record, its strings joined; tells all that is wrong, not only the first. */
    public static TlsRptRecord parse(String text) throws TlsRptFormatException {
        List<TagList.Tag> tags;
        try {
            tags = TagList.read(VERSION, text);
        } catch (TagList.BrokenTagListException e) {
            throw new TlsRptFormatException(List.of(e.sentence()));
        }
        List<String> problems = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        Optional<String> rua = Optional.empty();
        for (TagList.Tag tag : tags) {
            if (!tag.name().equals("rua")) {
                if (!TagList.isExtensionValue(tag.value())) {
                    problems.add("The field \"" + tag.name() + "\" has a value that is empty or has characters that are"
                            + " not allowed there.");
                }
            } else if (rua.isPresent()) {
                warnings.add(
                        "The record says \"rua\" twice; only the first counts. Put all addresses into one, with commas.");
            } else {
                rua = Optional.of(tag.value());
            }
        }
        List<URI> uris = new ArrayList<>();
        if (rua.isEmpty()) {
            problems.add("The record has no \"rua\" field: nobody would get a report.");
        } else {
            for (String uri : rua.get().split(",", -1)) {
                reportUri(TagList.trim(uri), uris, problems);
            }
        }
        if (!problems.isEmpty()) {
            throw new TlsRptFormatException(problems);
        }
        return new TlsRptRecord(uris, warnings);
    }

    private static void reportUri(String text, List<URI> uris, List<String> problems) {
        String shown = "\"" + Printable.of(text) + "\"";
        if (text.isEmpty()) {
            problems.add("The rua field has an empty address: a comma too many.");
            return;
        }
        if (text.indexOf('!') >= 0) {
            problems.add("The address " + shown + " has a \"!\", which must be written %21 (T1, RFC 8460 section 3).");
            return;
        }
        int foreign = firstForeign(text);
        if (foreign >= 0) {
            problems.add("The address " + shown + " has a character at place " + (foreign + 1)
                    + " that a URI cannot hold; it must be percent-encoded, and a domain written in A-labels (RFC 3986"
                    + " section 2).");
            return;
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            problems.add("The address " + shown + " is no URI: " + e.getReason() + " at character " + (e.getIndex() + 1)
                    + ".");
            return;
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        switch (scheme) {
            case "mailto" -> {
                if (isMailbox(uri.getSchemeSpecificPart())) {
                    uris.add(uri);
                } else {
                    problems.add("The address " + shown + " has no mailbox of the form name@domain after \"mailto:\".");
                }
            }
            case "https" -> {
                if (uri.getHost() != null) {
                    uris.add(uri);
                } else {
                    problems.add("The address " + shown + " has no host name.");
                }
            }
            case "" ->
                problems.add("The address " + shown + " has no scheme: write mailto:"
                        + (isMailbox(text) ? text : "name@domain") + " or an https address.");
            default ->
                problems.add("The address " + shown + " has the scheme \"" + scheme
                        + "\"; reports go to mailto: and https: only.");
        }
    }

    /** Where the first character stands that is neither printable ASCII nor there at all in a URI; -1 when none. */
    private static int firstForeign(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= 0x20 || text.charAt(i) >= 0x7f) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isMailbox(String text) {
        int query = text.indexOf('?');
        String mailbox = query < 0 ? text : text.substring(0, query);
        int at = mailbox.lastIndexOf('@');
        return at > 0 && at < mailbox.length() - 1;
    }
}
