package org.hikyaku.relay.reports;

import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.hikyaku.delivery.Consignment;
import org.hikyaku.delivery.Fate;
import org.hikyaku.relay.local.LocalDelivery;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.tlsrpt.receive.Intake;
import org.hikyaku.tlsrpt.receive.ReportIntake;

/** The addresses at which TLS reports come in by mail. */
final class ReportMailbox implements LocalDelivery.Reports {
    private static final EnhancedStatus TAKEN = new EnhancedStatus(2, 0, 0);
    private static final EnhancedStatus NOT_NOW = new EnhancedStatus(4, 3, 0);
    /** RFC 7372 section 3.1: no passing DKIM signature. */
    private static final EnhancedStatus UNSIGNED = new EnhancedStatus(5, 7, 20);

    private static final EnhancedStatus UNFIT = new EnhancedStatus(5, 6, 0);

    private static final Comparator<Fate> WORST_FIRST = Comparator.comparingInt(ReportMailbox::weight);

    private final ReportIntake intake;

    /** Each mail is in memory while it is read. */
    private final Semaphore reading = new Semaphore(4);

    ReportMailbox(ReportIntake intake) {
        this.intake = intake;
    }

    @Override
    public Optional<Fate> take(Consignment mail) {
        reading.acquireUninterruptibly();
        try (InputStream in = mail.content().open()) {
            // one byte more than the limit, so that the intake sees that it is too much
            return fate(intake.mail(in.readNBytes((int) ReportIntake.MAX_MAIL.value() + 1)));
        } catch (IOException e) {
            return Optional.of(new Fate.Deferred(how(NOT_NOW, "The report cannot be kept: " + e.getMessage() + ".")));
        } finally {
            reading.release();
        }
    }

    /** Of several reports in a mail the one that is to be tried again decides, else the one that was refused. */
    private static Optional<Fate> fate(List<Intake> outcomes) {
        List<Fate> fates = outcomes.stream()
                .flatMap(o -> fate(o).stream())
                .sorted(WORST_FIRST)
                .toList();
        return fates.stream().findFirst();
    }

    private static int weight(Fate fate) {
        return switch (fate) {
            case Fate.Deferred _ -> 0;
            case Fate.Failed _ -> 1;
            case Fate.Delivered _ -> 2;
        };
    }

    private static Optional<Fate> fate(Intake intake) {
        return switch (intake) {
            case Intake.Kept kept -> Optional.of(new Fate.Delivered(how(TAKEN, kept.sentence()), false));
            case Intake.Known known -> Optional.of(new Fate.Delivered(how(TAKEN, known.sentence()), false));
            case Intake.Refused refused -> refused(refused);
        };
    }

    private static Optional<Fate> refused(Intake.Refused refused) {
        String sentence = "No report was taken: " + refused.sentence();
        return switch (refused.reason()) {
            case NO_REPORT -> Optional.empty();
            case KEY_UNKNOWN, FULL -> Optional.of(new Fate.Deferred(how(NOT_NOW, sentence)));
            case UNSIGNED, BAD_SIGNATURE -> Optional.of(new Fate.Failed(how(UNSIGNED, sentence))); // T13
            case NOT_GZIP, NOT_JSON, NOT_A_REPORT, LIMIT, OTHER_DOMAIN, FUTURE ->
                Optional.of(new Fate.Failed(how(UNFIT, sentence)));
        };
    }

    private static Fate.Circumstances how(EnhancedStatus status, String sentence) {
        return new Fate.Circumstances(
                status,
                Optional.empty(),
                Optional.of(LocalDelivery.REPORTS),
                Optional.empty(),
                Optional.empty(),
                sentence);
    }
}
