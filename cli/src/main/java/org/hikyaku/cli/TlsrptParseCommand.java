package org.hikyaku.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import org.hikyaku.policy.TlsRptFormatException;
import org.hikyaku.policy.TlsRptRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku tlsrpt parse RECORD}: reads a record as a sender of reports does. */
@Command(
        name = "parse",
        mixinStandardHelpOptions = true,
        description = {"Read a TLS-RPT record as a sender of reports does (RFC 8460 section 3).", ""},
        footer = {
            "",
            "Example:",
            "  hikyaku tlsrpt parse \"v=TLSRPTv1; rua=mailto:tlsrpt@example.jp,https://example.jp/v1/tlsrpt\"",
            "",
            "Exit codes: 0 a valid record, 1 not one, 2 wrong call."
        })
final class TlsrptParseCommand implements Callable<Integer> {
    private final Environment environment;

    @Parameters(paramLabel = "RECORD", description = "The text of the TXT record at _smtp._tls.DOMAIN, in quotes.")
    private String record = "";

    @Mixin
    private JsonOption json = new JsonOption();

    TlsrptParseCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        try {
            TlsRptRecord parsed = TlsRptRecord.parse(record);
            show(true, parsed.rua(), parsed.warnings(), List.of());
            return ExitCode.OK.code();
        } catch (TlsRptFormatException e) {
            show(false, List.of(), List.of(), e.problems());
            return ExitCode.FINDINGS.code();
        }
    }

    private void show(boolean valid, List<URI> rua, List<String> warnings, List<String> problems) {
        Terminal terminal = environment.terminal();
        PrintWriter out = terminal.out();
        if (json.wanted()) {
            ObjectNode document = JsonOption.document("hikyaku.tlsrpt-parse/1").put("valid", valid);
            strings(document.putArray("rua"), rua.stream().map(URI::toString).toList());
            strings(document.putArray("warnings"), warnings);
            strings(document.putArray("problems"), problems);
            JsonOption.print(out, document);
            return;
        }
        if (valid) {
            out.println(terminal.paint(Paint.GOOD, "VALID") + "   reports go to");
            rua.forEach(u -> out.println("  " + u));
            warnings.forEach(w -> out.println("  " + terminal.paint(Paint.DOUBTFUL, "warning") + "  " + w));
        } else {
            out.println(terminal.paint(Paint.BAD, "INVALID") + "   senders act as if there were no record (T1)");
            problems.forEach(p -> out.println("  " + p));
        }
        out.flush();
    }

    private static void strings(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}
