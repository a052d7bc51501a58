package org.hikyaku.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.policy.TlsaFormatException;
import org.hikyaku.policy.TlsaMatch;
import org.hikyaku.policy.TlsaMatcher;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.policy.TlsaRrset;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.SignatureVerifier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku tlsa verify}: judges a chain by TLSA records, without any network. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Hold a certificate chain against TLSA records as a mail sender does (RFC 7672), without any network.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku tlsa verify --tlsa \"3 1 1 9f86d0…\" --chain chain.pem",
            "  hikyaku tlsa verify --tlsa \"2 1 1 29c860…\" --chain chain.pem --name mx.example.jp --at 2027-01-01T00:00:00Z",
            "",
            "Exit codes: 0 a record matches, 1 none does (and why, record by record), 2 wrong call."
        })
final class TlsaVerifyCommand implements Callable<Integer> {
    private final Environment environment;

    @Option(
            names = "--tlsa",
            required = true,
            paramLabel = "RECORD",
            description = "Record data such as \"3 1 1 9f86d0…\", or a whole record line. May be given several times.")
    private List<String> records = List.of();

    @Option(
            names = "--chain",
            required = true,
            paramLabel = "FILE",
            description = "PEM file with the certificates as the server sends them, its own first.")
    private Path chain = Path.of("");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "A name that the certificate may be for: the MX host, or the domain. Needed for usage 2 only;"
                    + " may be given several times.")
    private List<String> names = List.of();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            converter = TimeOption.class,
            description = "Check dates as of this time (usage 2 only): 2026-11-22T01:02:03Z, or 20261122010203 in UTC.")
    private @Nullable Instant at;

    @Mixin
    private JsonOption json = new JsonOption();

    TlsaVerifyCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        InstantSource clock = at == null ? environment.clock() : InstantSource.fixed(at);
        List<Certificate> certificates = PemFiles.certificates(chain);
        TlsaRrset rrset = rrset();
        Set<Name> references = references(rrset);
        TlsaMatch match =
                new TlsaMatcher(SignatureVerifier.best()).match(rrset, references, certificates, clock.instant());
        if (json.wanted()) {
            JsonOption.print(
                    environment.terminal().out(), document(rrset, references, certificates, match, clock.instant()));
        } else {
            print(rrset, certificates, match);
        }
        return (match instanceof TlsaMatch.Matched ? ExitCode.OK : ExitCode.FINDINGS).code();
    }

    private TlsaRrset rrset() {
        List<TlsaRecord> parsed = new ArrayList<>();
        for (String record : records) {
            try {
                parsed.add(TlsaRecord.parse(record));
            } catch (TlsaFormatException e) {
                throw new UsageException("--tlsa \"" + record + "\": " + e.sentence(), e);
            }
        }
        try {
            return TlsaRrset.of(parsed);
        } catch (LimitExceededException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private Set<Name> references(TlsaRrset rrset) {
        Set<Name> references = new LinkedHashSet<>();
        for (String name : names) {
            references.add(GivenName.of(name, "--name"));
        }
        if (references.isEmpty() && rrset.usable().stream().anyMatch(r -> r.usage() == TlsaRecord.DANE_TA)) {
            throw new UsageException("a record of usage 2 also demands a name in the certificate (D12);"
                    + " say which with --name, such as the MX host's");
        }
        return references;
    }

    private void print(TlsaRrset rrset, List<Certificate> certificates, TlsaMatch match) {
        PrintWriter out = environment.terminal().out();
        Terminal terminal = environment.terminal();
        switch (match) {
            case TlsaMatch.Matched matched -> {
                out.println(terminal.paint(Paint.GOOD, "AUTHENTICATED") + "   "
                        + matched.record().brief() + " matches at depth " + matched.depth());
                out.println("  " + place(certificates, matched));
            }
            case TlsaMatch.None none -> {
                out.println(terminal.paint(Paint.BAD, "NOT AUTHENTICATED"));
                for (TlsaMatch.Miss miss : none.misses()) {
                    Wrapped.lines(miss.sentence(), terminal.width() - 2).forEach(l -> out.println("  " + l));
                }
                if (rrset.usable().isEmpty()) {
                    Wrapped.lines(
                                    "No record is usable: a sender that finds only these uses TLS without authenticating"
                                            + " the server (D9).",
                                    terminal.width() - 2)
                            .forEach(l -> out.println("  " + l));
                }
            }
        }
        out.flush();
    }

    /** Depth 0 is the server's own; an anchor that only the record holds stands above the chain. */
    private static String place(List<Certificate> certificates, TlsaMatch.Matched matched) {
        if (matched.depth() == 0) {
            return "depth 0: the server's own certificate, for "
                    + certificates.getFirst().label();
        }
        return certificates.stream()
                .skip(1)
                .filter(matched.record()::selects)
                .findFirst()
                .map(c -> "depth " + matched.depth() + ": " + c.label())
                .orElse("depth " + matched.depth() + ": the trust anchor that the record itself holds");
    }

    private static ObjectNode document(
            TlsaRrset rrset, Set<Name> references, List<Certificate> certificates, TlsaMatch match, Instant now) {
        ObjectNode document = JsonOption.document("hikyaku.tlsa-verify/1");
        document.put("at", now.toString());
        ArrayNode names = document.putArray("names");
        references.forEach(n -> names.add(n.toString(true)));
        document.put("authenticated", match instanceof TlsaMatch.Matched);
        document.put("usable", rrset.usable().size());
        switch (match) {
            case TlsaMatch.Matched matched ->
                document.putObject("match")
                        .put("record", matched.record().toString())
                        .put("depth", matched.depth());
            case TlsaMatch.None none -> {
                ArrayNode misses = document.putArray("misses");
                for (TlsaMatch.Miss miss : none.misses()) {
                    misses.addObject()
                            .put("record", miss.record().toString())
                            .put("reason", reason(miss.reason()))
                            .put("sentence", miss.sentence());
                }
            }
        }
        ArrayNode chain = document.putArray("chain");
        for (Certificate certificate : certificates) {
            ObjectNode one = chain.addObject()
                    .put("subject", certificate.subject())
                    .put("issuer", certificate.issuer())
                    .put("notBefore", certificate.notBefore().toString())
                    .put("notAfter", certificate.notAfter().toString());
            ArrayNode dns = one.putArray("dnsNames");
            certificate.dnsNames().forEach(dns::add);
        }
        return document;
    }

    /** The words of the JSON schema: a promise, so not the names of the enum. */
    static String reason(TlsaMatch.Reason reason) {
        return switch (reason) {
            case UNUSABLE -> "unusable";
            case ANCHOR_NOT_SENT -> "anchor-not-sent";
            case OTHER_CERTIFICATE -> "other-certificate";
            case OUTDONE -> "outdone";
            case NO_PATH -> "no-path";
            case EXPIRED -> "expired";
            case NOT_YET_VALID -> "not-yet-valid";
            case OTHER_NAME -> "other-name";
        };
    }
}
