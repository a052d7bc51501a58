package org.hikyaku.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.BogusReason;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.DomainNames;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Proof;
import org.hikyaku.dns.Question;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** An answer for people: status first, then the records or the reason, then the chain of trust. */
final class DnsText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private final Terminal terminal;
    private final PrintWriter out;
    private final Instant now;

    DnsText(Terminal terminal, Instant now) {
        this.terminal = terminal;
        this.out = terminal.out();
        this.now = now;
    }

    void print(Answer answer) {
        Question question = answer.question();
        String asked = DomainNames.shown(question.name()) + " " + Type.string(question.type());
        switch (answer) {
            case Answer.Secure(Question q, Content content, Proof proof) -> {
                headline(asked, Paint.GOOD, "SECURE", kind(content));
                content(q, content);
                skew(proof);
                chain(proof, Optional.empty());
                validUntil(proof);
            }
            case Answer.Insecure(Question q, Content content, Proof proof) -> {
                headline(asked, Paint.DOUBTFUL, "INSECURE", kind(content));
                content(q, content);
                proof.firstNotSecure()
                        .ifPresentOrElse(
                                link -> sentence(whyInsecure(link)),
                                () -> noted(proof).forEach(this::sentence));
                skew(proof);
                chain(proof, Optional.empty());
            }
            case Answer.Bogus bogus -> {
                BogusReason reason = bogus.reason();
                headline(
                        asked,
                        Paint.BAD,
                        "BOGUS",
                        "EDE " + reason.code().code() + " " + reason.code().title());
                sentence(reason.sentence());
                sentence("Mend: " + reason.mend());
                skew(bogus.proof());
                chain(bogus.proof(), Optional.of(reason.zone()));
            }
            case Answer.Failed failed -> {
                headline(
                        asked,
                        Paint.DOUBTFUL,
                        "COULD NOT FIND OUT",
                        words(failed.failure().kind()));
                sentence(failed.failure().sentence());
                sentence(advice(failed.failure().kind()));
            }
        }
        out.flush();
    }

    private void headline(String asked, Paint paint, String status, String more) {
        out.println(terminal.paint(Paint.STRONG, asked) + "   " + terminal.paint(paint, status)
                + (more.isEmpty() ? "" : "   " + more));
    }

    private static String kind(Content content) {
        return switch (content) {
            case Content.Records records -> "";
            case Content.NoData none -> "no records of this type (NODATA)";
            case Content.NxDomain none -> "no such name (NXDOMAIN)";
        };
    }

    private void content(Question question, Content content) {
        List<Record> records = new ArrayList<>(content.aliases());
        records.addAll(content.recordsOrNone());
        int names = records.stream()
                .mapToInt(r -> r.getName().toString().length())
                .max()
                .orElse(0);
        for (Record record : records) {
            out.println("  " + padded(record.getName().toString(), names) + "  " + record.getTTL() + " IN "
                    + Type.string(record.getType()) + " " + PresentationForm.rdata(record));
        }
        if (content.recordsOrNone().isEmpty() && !content.aliases().isEmpty()) {
            sentence("The alias leads to " + DomainNames.shown(content.canonicalName(question))
                    + (content instanceof Content.NxDomain ? ", which does not exist." : ", which has none."));
        }
    }

    /** Where every zone is secure and the answer is not, as with too many NSEC3 iterations, a zone's note says why. */
    private static Stream<String> noted(Proof proof) {
        return proof.links().stream().map(Proof.Link::note).filter(note -> !note.isEmpty());
    }

    /** Where the chain ends, and what proves that it may. */
    private static String whyInsecure(Proof.Link link) {
        String zone = DomainNames.shown(link.zone());
        String why = switch (link.delegation().vouching()) {
            case NO_DS_BY_NSEC -> "The parent of " + zone + " proves by NSEC that it has no DS record";
            case NO_DS_BY_NSEC3 -> "The parent of " + zone + " proves by NSEC3 that it has no DS record";
            case OPT_OUT ->
                "The parent of " + zone + " leaves unsigned delegations out of its NSEC3 chain (opt-out), and " + zone
                        + " is in such a gap";
            case UNSUPPORTED_DS ->
                "The DS records of " + zone + " name only algorithms or digests that are not used here"
                        + " (RFC 4035 section 5.2)";
            case TOO_MANY_ITERATIONS ->
                "The denial in " + zone + " uses more NSEC3 iterations than are computed" + " (RFC 9276 section 3.2)";
            case NO_ANCHOR -> "There is no trust anchor at or above " + zone;
            case ANCHOR, DS, UNPROVED -> "Trust does not reach beyond " + zone;
        };
        return why + ": from there on nothing protects answers against forgery."
                + (link.note().isEmpty() ? "" : " " + link.note());
    }

    /** What stricter validators will say. */
    private void skew(Proof proof) {
        if (!proof.thanksToSkew()) {
            return;
        }
        Optional<Proof.Signature> first = proof.links().stream()
                .flatMap(l -> l.signatures().stream())
                .filter(Proof.Signature::thanksToSkew)
                .findFirst();
        boolean early = first.filter(s -> now.isBefore(s.inception())).isPresent();
        String which = first.map(s -> "the signature of " + s.owner() + " " + s.inWords()
                        + (now.isBefore(s.inception())
                                ? " begins at " + TIME.format(s.inception()) + ", in "
                                        + Span.words(Duration.between(now, s.inception()))
                                : " ended at " + TIME.format(s.expiration()) + ", "
                                        + Span.words(Duration.between(s.expiration(), now)) + " ago"))
                .orElse("a signature is outside its own times");
        sentence("Accepted only thanks to the clock-skew tolerance: " + which
                + ". A validator with another tolerance calls this answer bogus. "
                + (early
                        ? "Check the clock of this machine and of the machine that signs the zone."
                        : "Re-sign the zone now."));
    }

    private void validUntil(Proof proof) {
        proof.validUntil()
                .filter(until -> until.isAfter(now))
                .ifPresent(until -> sentence("Valid until " + TIME.format(until) + " ("
                        + Span.words(Duration.between(now, until)) + "), when the first signature of the chain ends."));
    }

    private void chain(Proof proof, Optional<Name> broken) {
        if (!proof.links().isEmpty()) {
            out.println();
            new ChainTree(terminal, now).print(proof, broken);
            out.println();
        }
    }

    private static String words(Failure.Kind kind) {
        return switch (kind) {
            case TIMEOUT -> "no answer in time";
            case UNREACHABLE -> "no resolver can be reached";
            case SERVFAIL -> "SERVFAIL";
            case REFUSED -> "REFUSED";
            case MALFORMED -> "the answer is malformed";
            case DNSSEC_STRIPPED -> "the resolver strips DNSSEC";
            case LIMIT -> "a limit was reached";
            case UNANSWERABLE -> "no record set answers this question";
        };
    }

    private static String advice(Failure.Kind kind) {
        return switch (kind) {
            case TIMEOUT, UNREACHABLE ->
                "This says nothing about the name. Is the network up? Another resolver: --resolver ADDRESS; more patience:"
                        + " --timeout SECONDS.";
            case SERVFAIL, REFUSED, MALFORMED ->
                "This says nothing about the name. Another resolver may know more: --resolver ADDRESS.";
            case DNSSEC_STRIPPED ->
                "The zones are not to blame. A resolver that passes DNSSEC records on is, for example, a local Unbound:"
                        + " --resolver ADDRESS.";
            case UNANSWERABLE -> "Ask for one record type, such as MX or A.";
            case LIMIT -> "The limit protects against zones made to burn a validator's time.";
        };
    }

    private void sentence(String text) {
        Wrapped.lines(text, terminal.width() - 2).forEach(line -> out.println("  " + line));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
