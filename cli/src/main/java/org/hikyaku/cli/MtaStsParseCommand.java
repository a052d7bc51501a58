package org.hikyaku.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.hikyaku.policy.MxPattern;
import org.hikyaku.policy.StsFormatException;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.StsPolicyParser;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku mta-sts parse FILE}: reads a policy file as a sender does. */
@Command(
        name = "parse",
        mixinStandardHelpOptions = true,
        description = {"Read an MTA-STS policy file as a sender does (RFC 8461 section 3.2).", ""},
        footer = {
            "",
            "Examples:",
            "  hikyaku mta-sts parse mta-sts.txt",
            "  curl -s https://mta-sts.example.jp/.well-known/mta-sts.txt | hikyaku mta-sts parse -",
            "",
            "Exit codes: 0 a valid policy, 1 not one, 2 wrong call."
        })
final class MtaStsParseCommand implements Callable<Integer> {
    private final Environment environment;

    @Parameters(paramLabel = "FILE", description = "The policy file; - for standard input.")
    private String file = "";

    @Mixin
    private JsonOption json = new JsonOption();

    MtaStsParseCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        byte[] body = read();
        ObjectNode document = JsonOption.document("hikyaku.mta-sts-parse/1");
        try {
            StsPolicyParser.Parsed parsed = StsPolicyParser.parse(body);
            document.put("valid", true);
            policy(document, parsed.policy());
            ArrayNode warnings = document.putArray("warnings");
            parsed.warnings().forEach(warnings::add);
            show(document, parsed);
            return ExitCode.OK.code();
        } catch (StsFormatException e) {
            document.put("valid", false).put("problem", e.sentence());
            if (json.wanted()) {
                JsonOption.print(environment.terminal().out(), document);
            } else {
                Terminal terminal = environment.terminal();
                terminal.out().println(terminal.paint(Paint.BAD, "INVALID") + "   " + e.sentence());
                terminal.out().println("          Senders act as if there were no policy (S6).");
                terminal.out().flush();
            }
            return ExitCode.FINDINGS.code();
        }
    }

    /** One byte more than a policy may have, so that the parser sees when there is more. */
    private byte[] read() {
        int most = (int) StsPolicyParser.MAX_SIZE.value() + 1;
        try {
            if (file.equals("-")) {
                return environment.input().stream().readNBytes(most);
            }
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                return in.readNBytes(most);
            }
        } catch (IOException e) {
            throw new UsageException(FileTrouble.unreadable(Path.of(file), e), e);
        }
    }

    private void show(ObjectNode document, StsPolicyParser.Parsed parsed) {
        if (json.wanted()) {
            JsonOption.print(environment.terminal().out(), document);
            return;
        }
        PrintWriter out = environment.terminal().out();
        print(out, environment.terminal(), parsed.policy(), parsed.warnings());
        out.flush();
    }

    /** A policy, line by line. */
    static void print(PrintWriter out, Terminal terminal, StsPolicy policy, List<String> warnings) {
        out.println(terminal.paint(Paint.GOOD, "VALID") + "   mode "
                + policy.mode().token() + ": " + meaning(policy.mode()));
        out.println("  mx       "
                + (policy.mx().isEmpty()
                        ? "none named"
                        : policy.mx().stream().map(MxPattern::toString).collect(Collectors.joining(", "))));
        out.println("  max_age  " + life(policy.maxAge().toSeconds()));
        for (String warning : warnings) {
            out.println("  " + terminal.paint(Paint.DOUBTFUL, "warning") + "  " + warning);
        }
    }

    static String meaning(StsPolicy.Mode mode) {
        return switch (mode) {
            case ENFORCE -> "mail goes only to the hosts named, with a good certificate";
            case TESTING -> "mail goes in any case; failures are reported (S12)";
            case NONE -> "as if there were no policy (S13)";
        };
    }

    /** {@code 604800 s (7 d)}. */
    static String life(long seconds) {
        long days = seconds / 86_400;
        long hours = seconds % 86_400 / 3600;
        long minutes = seconds % 3600 / 60;
        if (seconds < 60) {
            return seconds + " s";
        }
        String words = days > 0
                ? days + " d" + (hours > 0 ? " " + hours + " h" : "")
                : hours > 0 ? hours + " h" + (minutes > 0 ? " " + minutes + " min" : "") : minutes + " min";
        return seconds + " s (" + words + ")";
    }

    static void policy(ObjectNode node, StsPolicy policy) {
        node.put("mode", policy.mode().token()).put("maxAge", policy.maxAge().toSeconds());
        ArrayNode mx = node.putArray("mx");
        policy.mx().forEach(p -> mx.add(p.toString()));
    }
}
