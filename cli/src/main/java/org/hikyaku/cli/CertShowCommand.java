package org.hikyaku.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.hikyaku.smtp.sasl.Secret;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.Pkcs12;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku cert show FILE…}: what a certificate says, and its fingerprints. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = {
            "Show the certificates of PEM or PKCS#12 files, with the SHA-256 of each and of its public key.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku cert show hanako.pem",
            "  hikyaku cert show hanako.p12 --password-file password",
            "",
            "Exit codes: 0 shown, 2 wrong call. The JSON is described in docs/cert.md."
        })
final class CertShowCommand implements Callable<Integer> {
    private final Environment environment;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "PEM or PKCS#12.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "First line: the password of PKCS#12 files (else HIKYAKU_PKCS12_PASSWORD, else asked for).")
    private @Nullable Path passwordFile;

    @Mixin
    private JsonOption json = new JsonOption();

    CertShowCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        ObjectNode document = JsonOption.document("hikyaku.cert/1");
        ArrayNode all = document.putArray("certificates");
        boolean first = true;
        for (Path file : files) {
            for (Certificate certificate : certificates(file)) {
                if (json.wanted()) {
                    ObjectNode one = all.addObject();
                    one.put("file", file.toString());
                    describe(one, certificate);
                } else {
                    if (!first) {
                        environment.terminal().out().println();
                    }
                    print(environment.terminal(), certificate);
                }
                first = false;
            }
        }
        if (json.wanted()) {
            JsonOption.print(environment.terminal().out(), document);
        }
        environment.terminal().out().flush();
        return ExitCode.OK.code();
    }

    private List<Certificate> certificates(Path file) {
        if (!CredentialFiles.binary(file)) {
            return PemFiles.certificates(file);
        }
        try (Secret password = CredentialFiles.password(file, Optional.ofNullable(passwordFile), environment)) {
            char[] chars = password.chars();
            try {
                return Pkcs12.certificates(file, chars);
            } finally {
                Arrays.fill(chars, '\0');
            }
        } catch (IOException e) {
            throw PemFiles.unreadable(file, e);
        }
    }

    /** For people. */
    static void print(Terminal terminal, Certificate certificate) {
        PrintWriter out = terminal.out();
        row(out, "subject", certificate.subject().isEmpty() ? "(empty)" : certificate.subject());
        row(out, "issuer", certificate.isSelfIssued() ? certificate.issuer() + " (itself)" : certificate.issuer());
        if (!certificate.allNames().isEmpty()) {
            row(out, "names", String.join(", ", certificate.allNames()));
        }
        row(out, "valid", certificate.notBefore() + " to " + certificate.notAfter());
        row(
                out,
                "key",
                certificate.key().title() + ", signed with "
                        + certificate.signatureAlgorithm().title()
                        + (certificate.isAuthority() ? ", an authority" : ""));
        row(out, "certificate SHA-256", colons(certificate.sha256()));
        row(out, "public key SHA-256", colons(certificate.keySha256()));
    }

    private static void row(PrintWriter out, String label, String text) {
        out.printf("%-20s %s%n", label, text);
    }

    /** As Postfix and OpenSSL write fingerprints. */
    private static String colons(byte[] digest) {
        return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
    }

    /** For programs. */
    static void describe(ObjectNode json, Certificate certificate) {
        json.put("subject", certificate.subject());
        json.put("issuer", certificate.issuer());
        ArrayNode names = json.putArray("names");
        certificate.allNames().forEach(names::add);
        json.put("not_before", certificate.notBefore().toString());
        json.put("not_after", certificate.notAfter().toString());
        json.put("serial", certificate.serial().toString(16));
        json.put("key", certificate.key().title());
        json.put("signature", certificate.signatureAlgorithm().title());
        json.put("authority", certificate.isAuthority());
        json.put("sha256", HexFormat.of().formatHex(certificate.sha256()));
        json.put("key_sha256", HexFormat.of().formatHex(certificate.keySha256()));
    }
}
