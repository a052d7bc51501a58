package org.hikyaku.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.hikyaku.policy.StsLog;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.service.Decider;
import org.hikyaku.policy.service.HostRole;
import org.hikyaku.policy.service.PolicyAnswer;
import org.hikyaku.policy.service.PolicyAnswers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku policy query KEY}: the answer for one next hop, and how it came about. */
@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        description = {"Say what Postfix is told about a next hop, and why: which host decided, by which rule.", ""},
        footer = {
            "",
            "Examples:",
            "  hikyaku policy query example.jp",
            "  hikyaku policy query '[mx.example.jp]:587' --json",
            "",
            "The domain is seen for the first time unless --store names a folder (which the service must not have open).",
            "Exit codes: 0 an answer (NOTFOUND is one), 2 wrong call, 3 TEMP: could not find out."
        })
final class PolicyQueryCommand implements Callable<Integer> {
    private final Environment environment;

    @Parameters(
            paramLabel = "KEY",
            description = "A next hop as Postfix writes it: domain, domain:port, [host], [host]:port.")
    private String key = "";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "25",
            converter = CheckCommand.Port.class,
            description = "Where mail goes when the key names no port: smtp_tcp_port of Postfix (default:"
                    + " ${DEFAULT-VALUE}).")
    private int port = 25;

    @Option(names = "--store", paramLabel = "FOLDER", description = "Use the MTA-STS policies that are kept here.")
    private @Nullable Path store;

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    PolicyQueryCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Decider.Decided decided = decide();
        if (json.wanted()) {
            JsonOption.print(environment.terminal().out(), document(decided));
        } else {
            print(decided);
        }
        return (decided.decision().answer() instanceof PolicyAnswer.Temp ? ExitCode.UNKNOWN : ExitCode.OK).code();
    }

    private Decider.Decided decide() {
        Optional<StsLog> log = Optional.ofNullable(store).map(f -> PolicyParts.open(f, environment.clock()));
        try (NetworkAccess access = environment.internet().open(network);
                Progress _ = environment.terminal().progress("looking up " + key)) {
            return PolicyParts.over(
                            access,
                            network.timeout(),
                            log.<StsStore>map(l -> l).orElseGet(StsStore::inMemory),
                            environment.clock(),
                            port)
                    .decider()
                    .decide(key);
        } finally {
            log.ifPresent(PolicyQueryCommand::close);
        }
    }

    private static void close(StsLog log) {
        try {
            log.close();
        } catch (java.io.IOException e) {
            throw new UndecidedException("The store could not be closed: " + e.getMessage(), e);
        }
    }

    private void print(Decider.Decided decided) {
        PolicyAnswer answer = decided.decision().answer();
        PrintWriter out = environment.terminal().out();
        Terminal terminal = environment.terminal();
        Paint paint = answer instanceof PolicyAnswer.Temp ? Paint.DOUBTFUL : Paint.GOOD;
        out.println(key + "   " + terminal.paint(paint, answer.word()));
        out.println("  why      " + answer.why() + " (" + answer.rule() + ")");
        for (HostRole host : decided.decision().hosts()) {
            out.println("  host     " + host.host().toString(true) + "   "
                    + host.role().words());
            out.println("           " + host.why());
        }
        String plain = PolicyAnswers.text(answer, false).strip();
        String withTlsRpt = PolicyAnswers.text(answer, true).strip();
        if (plain.equals(withTlsRpt)) {
            out.println("  reply    " + plain);
        } else {
            out.println("  reply    " + plain + "   (map QUERY)");
            out.println("           " + withTlsRpt + "   (map QUERYwithTLSRPT)");
        }
        out.println("  holds    " + decided.life().toSeconds() + " s");
        out.flush();
    }

    private ObjectNode document(Decider.Decided decided) {
        PolicyAnswer answer = decided.decision().answer();
        ObjectNode document = JsonOption.document("hikyaku.policy-query/1")
                .put("key", key)
                .put("answer", answer.word())
                .put("rule", answer.rule())
                .put("sentence", answer.why())
                .put("query", PolicyAnswers.text(answer, false))
                .put("queryWithTlsrpt", PolicyAnswers.text(answer, true))
                .put("holdsSeconds", decided.life().toSeconds());
        ArrayNode hosts = document.putArray("hosts");
        for (HostRole host : decided.decision().hosts()) {
            hosts.addObject()
                    .put("name", host.host().toString(true))
                    .put(
                            "role",
                            host.role()
                                    .name()
                                    .toLowerCase(java.util.Locale.ROOT)
                                    .replace('_', '-'))
                    .put("sentence", host.why());
        }
        return document;
    }
}
