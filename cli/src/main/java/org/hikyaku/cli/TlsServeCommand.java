package org.hikyaku.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tls.HandshakeFailedException;
import org.hikyaku.tls.KeyLogFile;
import org.hikyaku.tls.ServerSessions;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsServer;
import org.hikyaku.tls.TlsServerOptions;
import org.hikyaku.tls.TlsServerOptions.ClientCertificate;
import org.hikyaku.tls.TlsSession;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.PathFinder;
import org.hikyaku.x509.PathResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku tls serve}: an upper-casing echo server, or files, over TLS. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "A TLS server to try with: says back in upper case what it is sent, or serves files over HTTP/1.1.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku tls serve --cert chain.pem --key key.pem",
            "  hikyaku tls serve --cert chain.pem --key key.pem --www public --listen 127.0.0.1:8443",
            "  hikyaku tls serve --cert chain.pem --key key.pem --tls 1.2 --suites kRSA --no-resumption",
            "",
            "Exit codes: 0 served as many as --count says, 2 wrong call. Without --count it goes on until it is ended.",
            "Output and JSON are described in docs/tls.md."
        })
final class TlsServeCommand implements Callable<Integer> {
    private static final int PORT = 4433;
    private static final int MOST_CONNECTIONS = 1000;

    private final Environment environment;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS[:PORT]",
            defaultValue = "127.0.0.1:4433",
            description = "Where to listen; port 0 takes any free one (default: ${DEFAULT-VALUE}).")
    private String listen = "127.0.0.1:4433";

    @Option(
            names = "--cert",
            required = true,
            paramLabel = "FILE",
            description =
                    "The server's certificate, and those that lead towards a root, as PEM. Several with several keys,"
                            + " say one of RSA and one of EC: each client gets the first that goes with what it offers.")
    private List<Path> certificates = List.of();

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Its private key as PEM (default: in the file of --cert).")
    private List<Path> keys = List.of();

    @Option(names = "--www", paramLabel = "FOLDER", description = "Serve the files of this folder over HTTP/1.1.")
    private @Nullable Path www;

    @Option(
            names = "--client-cert",
            paramLabel = "asked|required",
            description = "Ask clients for a certificate, or refuse those without.")
    private @Nullable String clientCertificate;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description =
                    "Judge client certificates by these authorities (PEM); with 'required', refuse the untrusted.")
    private @Nullable Path caFile;

    @Option(names = "--no-resumption", description = "Make each session a new one.")
    private boolean noResumption;

    @Option(
            names = "--count",
            paramLabel = "NUMBER",
            defaultValue = "0",
            description = "End after so many connections; 0 goes on (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            converter = NetworkOptions.Seconds.class,
            description = "Longest wait for a client, 1 to 600 (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofSeconds(60);

    @Mixin
    private TlsChoice choice = new TlsChoice();

    @Mixin
    private JsonOption json = new JsonOption();

    /** Keeps the lines of connections whole. */
    private final ReentrantLock printing = new ReentrantLock();

    TlsServeCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Optional<WwwFolder> folder = folder();
        Optional<PathFinder> judge = Optional.ofNullable(caFile)
                .map(file -> PathFinder.forClients(SystemInternet.authorities(Optional.of(file))));
        Optional<KeyLogFile> log = choice.keyLog(environment);
        try {
            TlsServer server = new TlsServer(options(log, folder.isPresent()), new SecureRandom());
            try (Listener listener = listener()) {
                say(listener.local(), folder.isPresent());
                serve(listener, server, judge, folder);
            }
            return ExitCode.OK.code();
        } catch (IOException e) {
            throw new UndecidedException("The server broke off: " + e.getMessage(), e);
        } finally {
            log.ifPresent(TlsConnectCommand::close);
        }
    }

    private void serve(Listener listener, TlsServer server, Optional<PathFinder> judge, Optional<WwwFolder> folder)
            throws IOException {
        Semaphore places = new Semaphore(MOST_CONNECTIONS);
        // Closing the executor waits for the connections under way.
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int accepted = 0; count == 0 || accepted < count; accepted++) {
                places.acquireUninterruptibly();
                Connection connection = listener.accept();
                threads.execute(() -> {
                    try {
                        serve(connection, server, judge, folder);
                    } finally {
                        places.release();
                    }
                });
            }
        }
    }

    private void serve(
            Connection connection, TlsServer server, Optional<PathFinder> judge, Optional<WwwFolder> folder) {
        InetSocketAddress remote = connection.remote();
        try (TlsSession session = server.handshake(connection, Deadline.after(timeout))) {
            SessionFacts facts = session.facts();
            Optional<PathResult> trust = facts.clientChain()
                    .filter(chain -> !chain.isEmpty())
                    .flatMap(chain -> judge.map(
                            finder -> finder.find(chain, environment.clock().instant())));
            boolean refused = server.options().clientCertificate() == ClientCertificate.REQUIRED
                    && trust.filter(PathResult.Untrusted.class::isInstance).isPresent();
            say(remote, facts, trust, refused);
            if (refused) {
                return;
            }
            if (folder.isPresent()) {
                folder.get().serve(session, () -> Deadline.after(timeout));
            } else {
                shout(session);
            }
        } catch (HandshakeFailedException e) {
            say(remote, "failed", e.failure().sentence());
        } catch (IOException e) {
            say(remote, "broken", String.valueOf(e.getMessage()));
        }
    }

    private void shout(TlsSession session) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        InputStream in = session.input();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            for (int i = 0; i < read; i++) {
                if (buffer[i] >= 'a' && buffer[i] <= 'z') {
                    buffer[i] = (byte) (buffer[i] - ('a' - 'A'));
                }
            }
            session.output().write(buffer, 0, read);
            session.output().flush();
            session.within(Deadline.after(timeout));
        }
    }

    private TlsServerOptions options(Optional<KeyLogFile> log, boolean http) {
        List<CipherSuite> suites = choice.suites();
        TlsChoice.Versions versions = choice.versions(suites);
        String[] alpn = choice.alpn();
        TlsServerOptions options = TlsServerOptions.of(credentials().toArray(Credential[]::new))
                .withVersions(versions.min(), versions.max())
                .withSuites(suites)
                .withGroups(choice.groups())
                .withAlpn(alpn.length == 0 && http ? new String[] {"http/1.1"} : alpn)
                .withClientCertificate(clientCertificate());
        if (!noResumption) {
            options = options.withSessions(new ServerSessions());
        }
        return log.isPresent() ? options.withKeyLog(log.get()) : options;
    }

    private ClientCertificate clientCertificate() {
        return switch (clientCertificate) {
            case null -> ClientCertificate.NOT_ASKED;
            case "asked" -> ClientCertificate.ASKED;
            case "required" -> ClientCertificate.REQUIRED;
            default -> throw new UsageException("--client-cert takes asked or required, not " + clientCertificate);
        };
    }

    private List<Credential> credentials() {
        if (!keys.isEmpty() && keys.size() != certificates.size()) {
            throw new UsageException("each --cert wants its --key, in the same order; there are " + certificates.size()
                    + " and " + keys.size());
        }
        List<Credential> credentials = new ArrayList<>();
        for (int i = 0; i < certificates.size(); i++) {
            credentials.add(
                    TlsChoice.credential(certificates.get(i), keys.isEmpty() ? certificates.get(i) : keys.get(i)));
        }
        return credentials;
    }

    private Optional<WwwFolder> folder() {
        if (www == null) {
            return Optional.empty();
        }
        try {
            if (!Files.isDirectory(www)) {
                throw new UsageException("--www: " + www + " is no folder");
            }
            return Optional.of(new WwwFolder(www));
        } catch (IOException e) {
            throw new UsageException(FileTrouble.unreadable(www, e), e);
        }
    }

    private Listener listener() {
        boolean anyPort = listen.endsWith(":0");
        HostAndPort place = HostAndPort.parse(anyPort ? listen.substring(0, listen.length() - 2) : listen, PORT);
        try {
            return new SystemNetwork()
                    .listen(new InetSocketAddress(InetAddress.ofLiteral(place.host()), anyPort ? 0 : place.port()));
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "--listen takes an IP address and a port, such as 127.0.0.1:4433, not " + listen, e);
        } catch (IOException e) {
            throw new UsageException("--listen " + listen + " does not work: " + e.getMessage(), e);
        }
    }

    private void say(InetSocketAddress local, boolean files) {
        if (json.wanted()) {
            ObjectNode event = JsonOption.document("hikyaku.tls-serve/1").put("event", "listening");
            event.put("address", Addresses.text(local.getAddress())).put("port", local.getPort());
            print(event.toString());
        } else {
            print("listening on " + Addresses.text(local) + (files ? ", files over HTTP/1.1" : ", echo in upper case"));
        }
    }

    private void say(InetSocketAddress remote, SessionFacts facts, Optional<PathResult> trust, boolean refused) {
        Optional<String> untrusted = trust.filter(PathResult.Untrusted.class::isInstance)
                .map(result -> ((PathResult.Untrusted) result).sentence());
        if (json.wanted()) {
            ObjectNode event = event(remote, refused ? "refused" : "session");
            TlsFacts.put(event, facts);
            trust.ifPresent(result -> event.put("clientTrusted", untrusted.isEmpty()));
            untrusted.ifPresent(why -> event.put("sentence", why));
            print(JsonMapper.shared().writeValueAsString(event));
            return;
        }
        String client = TlsFacts.client(facts);
        String judged = trust.isEmpty()
                ? ""
                : untrusted.map(why -> ", untrusted: " + why).orElse(", trusted");
        print(Addresses.text(remote) + "  " + TlsFacts.line(facts)
                + facts.sni().map(name -> " for " + name).orElse("")
                + (client.isEmpty() ? "" : "; " + client + judged) + (refused ? "; refused" : ""));
    }

    private void say(InetSocketAddress remote, String event, String sentence) {
        print(
                json.wanted()
                        ? event(remote, event).put("sentence", sentence).toString()
                        : Addresses.text(remote) + "  " + event + ": " + sentence);
    }

    private static ObjectNode event(InetSocketAddress remote, String event) {
        return JsonOption.document("hikyaku.tls-serve/1")
                .put("event", event)
                .put("address", Addresses.text(remote.getAddress()))
                .put("port", remote.getPort());
    }

    private void print(String line) {
        printing.lock();
        try {
            PrintWriter out = environment.terminal().out();
            out.println(line);
            out.flush();
        } finally {
            printing.unlock();
        }
    }

    /** For messages: the first certificate's names. */
    static String names(Certificate certificate) {
        return certificate.dnsNames().isEmpty() ? certificate.label() : String.join(", ", certificate.dnsNames());
    }
}
