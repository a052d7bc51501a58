package org.hikyaku.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Failure;
import org.hikyaku.mail.dkim.DkimVerifier;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tlsrpt.receive.ReceivedReports;
import org.hikyaku.tlsrpt.receive.ReportIntake;
import org.hikyaku.tlsrpt.store.Database;
import org.hikyaku.web.HikyakuWeb;
import org.hikyaku.x509.CertificateFormatException;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.Pem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hikyaku web}: pages about received reports, and the place where reports are posted. */
@Command(
        name = "web",
        mixinStandardHelpOptions = true,
        description = {
            "Serve pages about the TLS reports that were received, and take posted reports in.",
            "",
            "The pages have no login: they are served on this machine alone unless --listen says otherwise. Reports are"
                    + " posted to https://HOST/v1/tlsrpt (RFC 8460 section 5.4), where nothing but reports is served.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku web --store /var/lib/hikyaku/tlsrpt.db",
            "  hikyaku web --store /var/lib/hikyaku/tlsrpt.db --domain example.jp \\",
            "      --reports-listen 0.0.0.0:443 --certificate chain.pem --key key.pem",
            "",
            "Runs until it is ended (SIGTERM or SIGINT). Exit codes: the signal's (143 for SIGTERM), 2 wrong call, 3 the store failed.",
            "Described in docs/web.md."
        })
final class WebCommand implements Callable<Integer> {
    private static final int PAGES_PORT = 8640;
    private static final int HTTPS_PORT = 443;

    private final Environment environment;

    @Mixin
    private TlsrptStoreOption store = new TlsrptStoreOption();

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS[:PORT]",
            defaultValue = "127.0.0.1:8640",
            description = "Where the pages are (default: ${DEFAULT-VALUE}).")
    private String listen = "127.0.0.1:8640";

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description =
                    "A name that the pages are asked for by, behind a proxy say; may be given several times. Addresses"
                            + " and localhost are always answered.")
    private List<String> hosts = new ArrayList<>();

    @Option(
            names = "--domain",
            paramLabel = "DOMAIN",
            description =
                    "Take posted reports about this domain and the hosts in it; may be given several times. Without"
                            + " one no posted report is taken.")
    private List<String> domains = new ArrayList<>();

    @Option(
            names = "--reports-listen",
            paramLabel = "ADDRESS[:PORT]",
            description = "Take posted reports here too, inside TLS (port 443 when none is given).")
    private @Nullable String reportsListen;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "The certificate for that, with its chain (PEM).")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Its private key (PEM).")
    private @Nullable Path key;

    WebCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        LogConfiguration.takeJavaLogging();
        InetSocketAddress pages = place("--listen", listen, PAGES_PORT);
        Optional<InetSocketAddress> reports =
                Optional.ofNullable(reportsListen).map(text -> place("--reports-listen", text, HTTPS_PORT));
        Optional<Credential> credential = reports.map(r -> credential());
        try (StopSignal stop = new StopSignal();
                Database database = reports.isPresent() ? store.open() : store.openExisting()) {
            ReceivedReports received = new ReceivedReports(database);
            ReportIntake intake = new ReportIntake(
                    received,
                    domains.isEmpty()
                            ? org.hikyaku.tlsrpt.receive.OwnDomains.of(java.util.Set.of())
                            : TlsrptImportCommand.ours(domains),
                    // only mails have signatures, and none come here
                    new DkimVerifier(
                            q -> new Answer.Failed(q, new Failure(Failure.Kind.UNANSWERABLE, "No mail comes here.")),
                            environment.clock()),
                    environment.clock());
            try (HikyakuWeb web =
                    new HikyakuWeb(received, intake, new TreeSet<>(hosts), new SystemNetwork(), environment.clock())) {
                int port = listening("--listen", () -> web.pages(pages));
                say("pages at http://" + shown(pages.getAddress()) + ":" + port + "/");
                if (reports.isPresent()) {
                    int tls = listening("--reports-listen", () -> web.reports(reports.get(), credential.orElseThrow()));
                    say("reports are taken at port " + tls + ", " + HikyakuWeb.POST_PATH);
                }
                while (stop.await(Duration.ofHours(1))) {
                    // until somebody ends us
                }
            }
            return ExitCode.OK.code();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UndecidedException("Interrupted", e);
        }
    }

    @FunctionalInterface
    private interface Start {
        int run() throws IOException;
    }

    private static int listening(String option, Start start) {
        try {
            return start.run();
        } catch (IOException e) {
            throw new UsageException(option + ": " + e.getMessage(), e);
        }
    }

    private static InetSocketAddress place(String option, String text, int otherwise) {
        HostAndPort place = text.endsWith(":0")
                ? new HostAndPort(
                        HostAndPort.parse(text.substring(0, text.length() - 2), 1)
                                .host(),
                        0)
                : HostAndPort.parse(text, otherwise);
        if (!place.literal()) {
            throw new UsageException(
                    option + " takes an IP address and a port, such as 127.0.0.1:" + otherwise + ", not " + text);
        }
        return new InetSocketAddress(InetAddress.ofLiteral(place.host()), place.port());
    }

    private static String shown(InetAddress address) {
        String text = org.hikyaku.net.Addresses.text(address);
        return text.indexOf(':') >= 0 ? "[" + text + "]" : text;
    }

    private Credential credential() {
        if (certificate == null || key == null) {
            throw new UsageException("--reports-listen needs --certificate and --key");
        }
        try {
            return new Credential(Pem.privateKey(key), Pem.certificates(certificate));
        } catch (CertificateFormatException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new UsageException("the certificate or its key cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--certificate and --key: " + e.getMessage(), e);
        }
    }

    private void say(String line) {
        environment.terminal().err().println("hikyaku web: " + line);
        environment.terminal().err().flush();
    }
}
