package org.hikyaku.check.auth.spf;

import java.util.List;
import java.util.Locale;
import org.hikyaku.check.auth.Shown;
import org.hikyaku.check.auth.TextRecords;
import org.hikyaku.dns.Answer;

/** Which of the TXT records at a name is the SPF record (RFC 7208 section 4.5). */
public sealed interface SpfSelection {

    /** Exactly one. */
    record Found(SpfRecord record, int octetsOfAll) implements SpfSelection {}

    /**
     * None.
     *
     * @param looksLike records that were perhaps meant as SPF, each with the reason why they are none, sentences
     */
    record None(List<String> looksLike) implements SpfSelection {}

    /** More than one, which is as bad as none. */
    record Several(List<String> texts) implements SpfSelection {}

    /** The look-up failed, or its answer is bogus. */
    record NotKnown(Answer answer) implements SpfSelection {}

    static SpfSelection of(Answer answer) {
        return TextRecords.of(answer).map(SpfSelection::of).orElseGet(() -> new NotKnown(answer));
    }

    static SpfSelection of(TextRecords records) {
        List<String> spf = records.texts().stream().filter(SpfParser::isSpf).toList();
        return switch (spf.size()) {
            case 0 ->
                new None(records.texts().stream()
                        .map(SpfSelection::meantAsSpf)
                        .filter(s -> !s.isEmpty())
                        .toList());
            case 1 -> new Found(SpfParser.parse(spf.getFirst()), records.octets());
            default -> new Several(spf);
        };
    }

    /** Why a record that somebody may have meant as SPF is none; empty for all others. */
    private static String meantAsSpf(String text) {
        String bare = text.strip().toLowerCase(Locale.ROOT);
        String unquoted = bare.startsWith("\"") || bare.startsWith("\u00e2\u0080\u009c") ? bare.substring(1) : bare;
        if (bare.startsWith("spf2.0/")) {
            return "The record " + Shown.quoted(text)
                    + " is of Sender ID, which is no longer used (RFC 7208 section 11).";
        }
        if (unquoted.length() < bare.length() && unquoted.contains("v=spf1")) {
            return "The record " + Shown.quoted(text)
                    + " has quotation marks in its data, so that it does not begin with \"v=spf1\".";
        }
        if (bare.startsWith("v=spf1") && !text.toLowerCase(Locale.ROOT).startsWith("v=spf1")) {
            return "The record " + Shown.quoted(text) + " begins with a space instead of \"v=spf1\".";
        }
        if (bare.startsWith("v=spf1")) {
            return "In the record " + Shown.quoted(text) + " no space follows \"v=spf1\".";
        }
        boolean like = bare.startsWith("v=spf")
                || bare.startsWith("v = spf")
                || bare.startsWith("spf1 ")
                || bare.startsWith("v:spf1")
                || bare.startsWith("spf=");
        return like ? "The record " + Shown.quoted(text) + " does not begin with \"v=spf1\" and a space." : "";
    }
}
