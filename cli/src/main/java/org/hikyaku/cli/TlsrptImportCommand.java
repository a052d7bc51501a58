package org.hikyaku.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.hikyaku.mail.dkim.DkimVerifier;
import org.hikyaku.tlsrpt.receive.Intake;
import org.hikyaku.tlsrpt.receive.OwnDomains;
import org.hikyaku.tlsrpt.receive.ReceivedReports;
import org.hikyaku.tlsrpt.receive.ReportIntake;
import org.hikyaku.tlsrpt.store.Database;
import org.hikyaku.tlsrpt.summary.Shown;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku tlsrpt import FILE|DIR|-}: takes reports in from files and mails. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Take TLS reports in: JSON, packed or not, mails (.eml), whole mailboxes (mbox, Maildir), folders of all these.",
            "",
            "A mail counts when the domain that it is from has signed it (DKIM); a file with nothing but a report counts as"
                    + " it is. What is there already is not counted again.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku tlsrpt import --store tlsrpt.db ~/Maildir/.tlsrpt",
            "  hikyaku tlsrpt import --store tlsrpt.db --domain example.jp 'google.com!example.jp!1795132800!1795219199.json.gz'",
            "",
            "Exit codes: 0 all taken or known, 1 some were refused, 2 wrong call, 3 the store failed.",
            "Described in docs/tlsrpt.md."
        })
final class TlsrptImportCommand implements Callable<Integer> {
    private static final int MOST_TOLD = 50;

    private final Environment environment;

    @Mixin
    private TlsrptStoreOption store = new TlsrptStoreOption();

    @Parameters(paramLabel = "FILE|DIR|-", arity = "1..*", description = "What to read; - for standard input.")
    private List<String> sources = new ArrayList<>();

    @Option(
            names = "--domain",
            paramLabel = "DOMAIN",
            description =
                    "Keep only what is about this domain and the hosts in it; may be given several times (default: all).")
    private List<String> domains = new ArrayList<>();

    @Option(names = "--trust-mails", description = "Take mails without looking at their signatures.")
    private boolean trustMails;

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    TlsrptImportCommand(Environment environment) {
        this.environment = environment;
    }

    /** What was refused, and where it stood. */
    private record Refusal(String where, Intake.Refused refused) {}

    @Override
    @SuppressWarnings("try") // the line of progress goes before results are written
    public Integer call() {
        OwnDomains ours = ours(domains);
        List<Refusal> refusals = new ArrayList<>();
        try (Database database = store.open();
                NetworkAccess access = environment.internet().open(network);
                Progress progress = environment.terminal().progress("reading reports")) {
            ReportIntake intake = new ReportIntake(
                    new ReceivedReports(database),
                    ours,
                    new DkimVerifier(
                            question -> access.lookup(network.timeout(), environment.clock())
                                    .lookup(question),
                            environment.clock()),
                    environment.clock());
            TlsrptSources reader = new TlsrptSources((where, kind, bytes) -> {
                progress.say("reading " + where);
                List<Intake> outcomes = switch (kind) {
                    case REPORT -> List.of(intake.file(bytes));
                    case MAIL -> trustMails ? intake.vouchedMail(bytes) : intake.mail(bytes);
                };
                for (Intake outcome : outcomes) {
                    if (outcome instanceof Intake.Refused refused) {
                        refusals.add(new Refusal(where, refused));
                    }
                }
            });
            for (String source : sources) {
                if (source.equals("-")) {
                    reader.stream("standard input", environment.input().stream());
                } else {
                    reader.path(Path.of(source));
                }
            }
            progress.close();
            show(intake.counts(), refusals);
        } catch (IOException e) {
            throw new UndecidedException("The store does not work: " + e.getMessage(), e);
        }
        return refusals.isEmpty() ? ExitCode.OK.code() : ExitCode.FINDINGS.code();
    }

    /** All domains when none is named. */
    static OwnDomains ours(List<String> domains) {
        if (domains.isEmpty()) {
            return OwnDomains.all();
        }
        TreeSet<String> names = new TreeSet<>();
        for (String domain : domains) {
            names.add(GivenName.of(domain, "--domain").toString(true));
        }
        return OwnDomains.of(names);
    }

    private void show(Map<String, Long> counts, List<Refusal> refusals) {
        PrintWriter out = environment.terminal().out();
        if (json.wanted()) {
            ObjectNode document = JsonOption.document("hikyaku.tlsrpt-import/1");
            counts.forEach(document.putObject("counts")::put);
            ArrayNode refused = document.putArray("refused");
            for (Refusal refusal : refusals) {
                refused.addObject()
                        .put("where", refusal.where())
                        .put("reason", refusal.refused().reason().token())
                        .put("sentence", refusal.refused().sentence());
            }
            JsonOption.print(out, document);
            return;
        }
        out.println(counts.getOrDefault("kept", 0L) + " kept, " + counts.getOrDefault("known", 0L) + " known already, "
                + refusals.size() + " refused");
        refusals.stream()
                .limit(MOST_TOLD)
                .forEach(r -> out.println("  " + Shown.text(r.where()) + ": "
                        + Shown.text(r.refused().sentence())));
        if (refusals.size() > MOST_TOLD) {
            out.println("  and " + (refusals.size() - MOST_TOLD) + " more; --json tells all");
        }
        out.flush();
    }
}
