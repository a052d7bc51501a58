package org.hikyaku.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.hikyaku.net.TestPorts;
import org.hikyaku.net.interop.ServerProgram;
import org.hikyaku.x509.Credential;
import org.junit.jupiter.api.Assumptions;

/**
 * A Dovecot that checks logins by every mechanism it has, for itself (submission) and for Postfix and Exim (a socket), and an
 * Exim with mechanisms of its own. The user is {@code bob}, the password {@link #PASSWORD}.
 */
final class RealLogins implements AutoCloseable {
    static final String PASSWORD = "tanstaaf t\u00e4nstaaf";
    private static final String TOKEN_KEY = "a key of thirty-two bytes, no less";
    private static final Path DOVECOT = Path.of("/usr/sbin/dovecot");
    private static final Path EXIM = Path.of("/opt/hikyaku-exim/usr/sbin/exim4");

    private final Path folder;
    private final List<ServerProgram> programs = new ArrayList<>();
    private final int submission = TestPorts.take();
    private final int socket;
    private final int exim = TestPorts.take();

    private RealLogins(Path folder, int socket) throws IOException {
        this.folder = folder;
        this.socket = socket;
    }

    static void assumeInstalled() {
        Assumptions.assumeTrue(
                Files.isExecutable(DOVECOT) && Files.exists(Path.of("/usr/lib/dovecot/submission")),
                "Dovecot is not installed (Debian package dovecot-submissiond)");
        Assumptions.assumeTrue(Files.isExecutable(EXIM), "Exim is not there (scripts/install-test-servers unpacks it)");
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "servers are started by root only");
    }

    /**
     * @param relay where Dovecot passes mails on to
     * @param socket the free port at which Dovecot answers Postfix
     */
    static RealLogins start(Credential server, String caPem, InetSocketAddress relay, int socket)
            throws IOException, InterruptedException, GeneralSecurityException {
        // Not a JUnit folder: those are closed to everyone else, and servers work as users of their own.
        Path folder = Files.createTempDirectory("hikyaku-logins");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        RealLogins logins = new RealLogins(folder, socket);
        boolean started = false;
        try {
            Files.writeString(folder.resolve("server.pem"), server.chainPem());
            Files.writeString(folder.resolve("server.key"), server.keyPem());
            Files.writeString(folder.resolve("ca.pem"), caPem);
            logins.startDovecot(relay);
            logins.startExim();
            started = true;
            return logins;
        } finally {
            if (!started) {
                logins.close();
            }
        }
    }

    String dovecot() {
        return "127.0.0.1:" + submission;
    }

    String exim() {
        return "127.0.0.1:" + exim;
    }

    /** What both servers have logged. */
    String log() throws IOException {
        Path log = folder.resolve("dovecot.log");
        Path other = folder.resolve("exim-main");
        return (Files.exists(log) ? Files.readString(log) : "") + (Files.exists(other) ? Files.readString(other) : "");
    }

    /** A JSON Web Token for bob, signed with HMAC-SHA-256 (RFC 7515 appendix A.1), or with another key. */
    static String token(boolean good) throws GeneralSecurityException {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        long now = Instant.now().getEpochSecond();
        String header = "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"default\"}";
        String claims = "{\"sub\":\"bob\",\"iss\":\"test\",\"iat\":" + (now - 10) + ",\"exp\":" + (now + 3600) + "}";
        String text = base64.encodeToString(header.getBytes(StandardCharsets.US_ASCII)) + "."
                + base64.encodeToString(claims.getBytes(StandardCharsets.US_ASCII));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec((good ? TOKEN_KEY : "other").getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        return text + "." + base64.encodeToString(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private void startDovecot(InetSocketAddress relay) throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve("tokens/default/HS256"));
        Files.writeString(
                folder.resolve("tokens/default/HS256/default"),
                Base64.getEncoder().encodeToString(TOKEN_KEY.getBytes(StandardCharsets.US_ASCII)));
        Files.writeString(folder.resolve("passwd"), "bob:{PLAIN}" + PASSWORD + "\n");
        Files.writeString(folder.resolve("oauth2.conf"), """
                introspection_mode = local
                local_validation_key_dict = fs:posix:prefix=%s/tokens/
                username_attribute = sub
                """.formatted(folder));
        Path configuration = folder.resolve("dovecot.conf");
        Files.writeString(configuration, """
                base_dir = %1$s/run
                state_dir = %1$s/state
                log_path = %1$s/dovecot.log
                protocols = submission
                listen = 127.0.0.1
                ssl = yes
                ssl_cert = <%1$s/server.pem
                ssl_key = <%1$s/server.key
                ssl_ca = <%1$s/ca.pem
                ssl_verify_client_cert = yes
                ssl_require_crl = no
                auth_ssl_username_from_cert = yes
                auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256 oauthbearer xoauth2 external
                auth_verbose = yes
                auth_failure_delay = 0
                mail_location = maildir:%1$s/mail/%%u
                first_valid_uid = 1
                hostname = mail.example
                submission_relay_host = %4$s
                submission_relay_port = %5$d
                submission_relay_trusted = no
                submission_relay_ssl = no
                passdb {
                  driver = oauth2
                  mechanisms = xoauth2 oauthbearer
                  args = %1$s/oauth2.conf
                }
                passdb {
                  driver = passwd-file
                  mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
                  args = scheme=PLAIN username_format=%%u %1$s/passwd
                }
                passdb {
                  driver = static
                  mechanisms = external
                  args = nopassword=yes
                }
                userdb {
                  driver = static
                  args = uid=nobody gid=nogroup home=%1$s/mail/%%u
                }
                service stats {
                  unix_listener stats-writer {
                    mode = 0666
                  }
                }
                service anvil {
                  unix_listener anvil-auth-penalty {
                    mode = 0
                  }
                }
                service auth {
                  inet_listener {
                    address = 127.0.0.1
                    port = %2$d
                  }
                  unix_listener exim-auth {
                    mode = 0666
                  }
                }
                service submission-login {
                  inet_listener submission {
                    port = %3$d
                  }
                }
                """.formatted(
                        folder, socket, submission, relay.getAddress().getHostAddress(), relay.getPort()));
        run(submission, DOVECOT.toString(), "-F", "-c", configuration.toString());
    }

    private void startExim() throws IOException, InterruptedException {
        Path configuration = folder.resolve("exim.conf");
        Files.writeString(configuration, """
                primary_hostname = mail.example
                local_interfaces = <; 127.0.0.1
                daemon_smtp_ports = %2$d
                spool_directory = %1$s/spool
                log_file_path = %1$s/exim-%%s
                pid_file_path = %1$s/exim.pid
                exim_user = nobody
                exim_group = nogroup
                host_lookup =
                rfc1413_query_timeout = 0s
                queue_only
                tls_advertise_hosts = *
                tls_certificate = %1$s/server.pem
                tls_privatekey = %1$s/server.key
                tls_verify_certificates = %1$s/ca.pem
                tls_try_verify_hosts = *
                auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
                dsn_advertise_hosts = *
                chunking_advertise_hosts = *
                smtputf8_advertise_hosts = *
                acl_smtp_mail = accept
                acl_smtp_rcpt = check_rcpt
                acl_smtp_data = check_data
                begin acl
                check_rcpt:
                  accept authenticated = *
                  deny message = relay not permitted
                check_data:
                  deny condition = ${if match{$h_subject:}{spam}}
                       message = no spam here
                  accept
                begin authenticators
                plain:
                  driver = plaintext
                  public_name = PLAIN
                  server_prompts = :
                  server_condition = ${if and{{eq{$auth2}{bob}}{eq{$auth3}{%3$s}}}}
                  server_set_id = $auth2
                login:
                  driver = plaintext
                  public_name = LOGIN
                  server_prompts = Username:: : Password::
                  server_condition = ${if and{{eq{$auth1}{bob}}{eq{$auth2}{%3$s}}}}
                  server_set_id = $auth1
                cram:
                  driver = cram_md5
                  public_name = CRAM-MD5
                  server_secret = ${if eq{$auth1}{bob}{%3$s}fail}
                  server_set_id = $auth1
                scram256:
                  driver = dovecot
                  public_name = SCRAM-SHA-256
                  server_socket = %1$s/run/exim-auth
                  server_set_id = $auth1
                scram1:
                  driver = dovecot
                  public_name = SCRAM-SHA-1
                  server_socket = %1$s/run/exim-auth
                  server_set_id = $auth1
                external:
                  driver = external
                  public_name = EXTERNAL
                  server_advertise_condition = ${if eq{$tls_in_certificate_verified}{1}}
                  server_param2 = ${certextract{subject,CN}{$tls_in_peercert}}
                  server_condition = ${if eq{$auth2}{bob}}
                  server_set_id = $auth2
                """.formatted(folder, exim, PASSWORD));
        run(exim, EXIM.toString(), "-C", configuration.toString(), "-bdf", "-q1h");
    }

    private void run(int port, String... line) throws IOException, InterruptedException {
        Path output = folder.resolve("output" + programs.size());
        try {
            programs.add(ServerProgram.start(
                    List.of(line), output, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port)));
        } catch (IOException e) {
            throw new IOException(e.getMessage() + log(), e);
        }
    }

    @Override
    public void close() throws IOException {
        programs.forEach(ServerProgram::close);
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            walk.sorted(Comparator.reverseOrder()).forEach(paths::add);
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
