package org.hikyaku.cli;

import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.hikyaku.tls.SpokenSuites;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.CipherSuite.KeyExchange;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku tls suites}: cipher suites and what their names mean. */
@Command(
        name = "suites",
        mixinStandardHelpOptions = true,
        description = {
            "List cipher suites: key exchange, authentication, cipher, MAC, and whether the server's RSA key decrypts a"
                    + " capture of a session with it.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku tls suites --kx RSA",
            "  hikyaku tls suites --tls 1.2 --spoken --json",
            "",
            "Exit codes: 0 some are listed, 2 wrong call. The JSON is described in docs/tls.md."
        })
final class TlsSuitesCommand implements Callable<Integer> {
    private final Environment environment;

    @Option(
            names = "--kx",
            paramLabel = "NAME",
            description =
                    "Only those with this key exchange: RSA, DH, DHE, ECDH, ECDHE, PSK, DHE_PSK, ECDHE_PSK, RSA_PSK,"
                            + " SRP, KRB5, GOST, TLS13.")
    private @Nullable String exchange;

    @Option(
            names = "--tls",
            paramLabel = "VERSION",
            description = "Only those that this version has: 1.0, 1.1, 1.2 or 1.3.")
    private @Nullable String version;

    @Option(names = "--spoken", description = "Only those that 'hikyaku tls serve' and 'connect' can speak.")
    private boolean spokenOnly;

    @Mixin
    private JsonOption json = new JsonOption();

    TlsSuitesCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Set<CipherSuite> spoken = new HashSet<>(SpokenSuites.all(new SecureRandom()));
        List<CipherSuite> listed = CipherSuite.registry().all().stream()
                .filter(s -> !s.signalling() && s.keyExchange() != KeyExchange.NULL)
                .filter(this::wanted)
                .filter(s -> !spokenOnly || spoken.contains(s))
                .toList();
        if (json.wanted()) {
            ObjectNode document = JsonOption.document("hikyaku.tls-suites/1");
            ArrayNode suites = document.putArray("suites");
            for (CipherSuite suite : listed) {
                ObjectNode one = suites.addObject()
                        .put("code", String.format("0x%04x", suite.code()))
                        .put("name", suite.name());
                suite.openSslName().ifPresent(name -> one.put("openssl", name));
                one.put("keyExchange", suite.keyExchange().name())
                        .put("authentication", suite.authentication().name())
                        .put("cipher", suite.cipher().title())
                        .put("bits", suite.bits())
                        .put("mac", suite.mac().name())
                        .put("rsaKeyDecrypts", rsaKeyDecrypts(suite))
                        .put("export", suite.export())
                        .put("spoken", spoken.contains(suite));
            }
            JsonOption.print(environment.terminal().out(), document);
        } else {
            print(listed, spoken);
        }
        return ExitCode.OK.code();
    }

    private boolean wanted(CipherSuite suite) {
        if (exchange != null) {
            String wanted = exchange.toUpperCase(Locale.ROOT).replace('-', '_');
            if (Arrays.stream(KeyExchange.values()).noneMatch(k -> k.name().equals(wanted))) {
                throw new UsageException("--kx: there is no key exchange " + exchange + "; there are "
                        + Arrays.stream(KeyExchange.values())
                                .filter(k -> k != KeyExchange.NULL)
                                .map(Enum::name)
                                .collect(Collectors.joining(", ")));
            }
            if (!suite.keyExchange().name().equals(wanted)) {
                return false;
            }
        }
        return switch (version) {
            case null -> true;
            case "1.0", "1.1" -> !suite.tls13() && !suite.tls12Only();
            case "1.2" -> !suite.tls13() && !suite.export();
            case "1.3" -> suite.tls13();
            default -> throw new UsageException("--tls takes 1.0, 1.1, 1.2 or 1.3, not " + version);
        };
    }

    /** The premaster secret travels under the RSA key of the certificate, and nothing else goes into the keys. */
    static boolean rsaKeyDecrypts(CipherSuite suite) {
        return suite.keyExchange() == KeyExchange.RSA && !suite.export();
    }

    private void print(List<CipherSuite> listed, Set<CipherSuite> spoken) {
        PrintWriter out = environment.terminal().out();
        out.printf(
                "%-6s %-46s %-9s %-8s %-20s %-6s %-9s %s%n",
                "code", "name", "exchange", "auth", "cipher", "MAC", "RSA key", "spoken here");
        for (CipherSuite suite : listed) {
            out.printf(
                    "0x%04x %-46s %-9s %-8s %-20s %-6s %-9s %s%n",
                    suite.code(),
                    suite.name(),
                    suite.keyExchange(),
                    suite.authentication(),
                    suite.cipher().title(),
                    suite.mac(),
                    rsaKeyDecrypts(suite) ? "decrypts" : "no",
                    spoken.contains(suite) ? "yes" : "no");
        }
        long decrypted =
                listed.stream().filter(TlsSuitesCommand::rsaKeyDecrypts).count();
        out.println();
        out.println(listed.size() + " suites, " + decrypted + " of which the server's RSA key decrypts.");
        out.flush();
    }
}
