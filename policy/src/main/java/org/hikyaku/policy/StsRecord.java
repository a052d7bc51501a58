package org.hikyaku.policy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.hikyaku.dns.Content;
import org.xbill.DNS.TXTRecord;

/**
 * The TXT record at {@code _mta-sts.<domain>} (RFC 8461 section 3.1): it announces that there is a policy, and its id
 * changes with the policy.
 *
 * @param id 1 to 32 letters and digits
 */
public record StsRecord(String id) {
    static final String VERSION = "v=STSv1";
    private static final int MAX_ID = 32;

    /** What the TXT records of a name come to. */
    public sealed interface Reading {

        /** Exactly one record, and it is valid. */
        record Found(StsRecord record) implements Reading {}

        /** No record begins with {@code v=STSv1;}. */
        record Absent() implements Reading {}

        /** One that is not valid, or several: as if there were none (S2). */
        record Invalid(String why) implements Reading {}
    }

    /** Reads the TXT records of an answer. */
    public static Reading read(Content content) {
        return read(texts(content));
    }

    /** Reads TXT records, each with its strings joined. */
    public static Reading read(List<String> texts) {
        List<String> ours = texts.stream().filter(t -> TagList.isOf(VERSION, t)).toList();
        if (ours.size() > 1) {
            return new Reading.Invalid("There are " + ours.size() + " records that begin \"v=STSv1;\"; exactly one is"
                    + " allowed (S2, RFC 8461 section 3.1).");
        }
        if (ours.isEmpty()) {
            return texts.stream()
                    .filter(t -> t.regionMatches(true, 0, VERSION, 0, VERSION.length()))
                    .findFirst()
                    .<Reading>map(t -> new Reading.Invalid("The record \"" + Printable.of(t)
                            + "\" does not begin exactly \"v=STSv1;\" and is not read (S2)."))
                    .orElseGet(Reading.Absent::new);
        }
        try {
            return new Reading.Found(parse(ours.getFirst()));
        } catch (StsFormatException e) {
            return new Reading.Invalid(e.sentence());
        }
    }

    /** Reads one record, its strings joined. */
    public static StsRecord parse(String text) throws StsFormatException {
        List<TagList.Tag> tags;
        try {
            tags = TagList.read(VERSION, text);
        } catch (TagList.BrokenTagListException e) {
            throw new StsFormatException(e.sentence());
        }
        for (TagList.Tag tag : tags) {
            if (!tag.name().equals("id") && !TagList.isExtensionValue(tag.value())) {
                throw new StsFormatException("The field \"" + tag.name()
                        + "\" has a value that is empty or has characters" + " that are not allowed there.");
            }
        }
        TagList.Tag id = tags.stream()
                .filter(t -> t.name().equals("id"))
                .findFirst()
                .orElseThrow(() -> new StsFormatException("The record has no \"id\" field."));
        boolean good = !id.value().isEmpty()
                && id.value().length() <= MAX_ID
                && id.value().chars().allMatch(c -> TagList.isAlphanumeric((char) c));
        if (!good) {
            throw new StsFormatException(
                    "The id \"" + Printable.of(id.value()) + "\" is not 1 to " + MAX_ID + " letters and digits.");
        }
        return new StsRecord(id.value());
    }

    /** The texts of an answer's TXT records: the strings of each joined without anything between (S2, T1). */
    static List<String> texts(Content content) {
        return content.recordsOrNone().stream()
                .filter(TXTRecord.class::isInstance)
                .map(r -> ((TXTRecord) r)
                        .getStringsAsByteArrays().stream()
                                .map(s -> new String(s, StandardCharsets.ISO_8859_1))
                                .collect(Collectors.joining()))
                .toList();
    }
}
