package org.hikyaku.capture.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.hikyaku.capture.interop.ToolSessions.Said;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Mail and web by real servers and clients: Postfix, Dovecot and nginx with curl and swaks, captured anew. */
@Tag("interop")
class MailSessionsTest {
    private static final String BODY = "The words of the mail, sent over the wire.";

    @Test
    void mailAndWebAreDecrypted() throws Exception {
        for (String tool : List.of("openssl", "tcpdump", "tshark", "curl", "swaks", "postfix", "dovecot", "nginx")) {
            assumeTrue(
                    OpenSslSessions.installed(tool) || Files.isExecutable(Path.of("/usr/sbin", tool)),
                    tool + " is not installed");
        }
        assumeTrue("root".equals(System.getProperty("user.name")), "capturing needs root");
        // Not a JUnit folder: those are closed to everyone else, and the servers work as users of their own.
        Path dir = Files.createTempDirectory("hikyaku-mail-sessions");
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (ToolSessions sessions = new ToolSessions(dir, 8)) {
            int smtp = sessions.port();
            int smtps = sessions.port();
            postfix(dir, "start", smtp, smtps);
            try {
                smtp(sessions, smtp, smtps);
                mailboxes(sessions);
                web(sessions);
                List<Said> said = sessions.run();
                Path capture = sessions.stop();
                RsaKeys rsa = new RsaKeys();
                rsa.add(dir.resolve("rsa.key"));
                SecretStore store = Decodings.secrets(dir);
                Sides ours = Decodings.decode(capture, store, rsa);
                List<String> missing = said.stream()
                        .filter(one -> Decodings.find(one, ours) < 0)
                        .map(Said::name)
                        .toList();
                assertThat(missing)
                        .as("not decrypted: %s", Decodings.dark(ours))
                        .isEmpty();
                assertThat(said).hasSize(12);
                Dialogues dialogues = new Dialogues();
                Decodings.decode(capture, store, rsa, dialogues);
                mailboxesAreTold(dialogues.told);
                List<String> theirs = Decodings.tshark(dir, capture, ours.talks.size() + 30);
                assertThat(said.stream().filter(one -> !one.name().startsWith("swaks")))
                        .allSatisfy(one -> assertThat(theirs)
                                .as(one.name())
                                .contains(ours.talks
                                        .get(Decodings.find(one, ours))
                                        .both()));
            } finally {
                postfix(dir, "stop", smtp, smtps);
            }
        } finally {
            delete(dir);
        }
    }

    /** From the middle of STARTTLS and STLS on, and from the start: commands, the mail, and no password. */
    private static void mailboxesAreTold(List<String> told) {
        assertThat(told)
                .anySatisfy(talk -> assertThat(talk)
                        .containsSubsequence(
                                "S: * OK ", "STARTTLS", "-- TLS begins", "C: A", " FETCH 1 ", BODY, "LOGOUT"));
        assertThat(told)
                .anySatisfy(talk ->
                        assertThat(talk).containsSubsequence("-- TLS begins", "S: * OK ", " FETCH 1 ", BODY, "LOGOUT"));
        assertThat(told)
                .anySatisfy(talk -> assertThat(talk)
                        .containsSubsequence("S: +OK ", "C: STLS", "-- TLS begins", "C: RETR 1", BODY, "C: QUIT"));
        assertThat(told)
                .anySatisfy(talk ->
                        assertThat(talk).containsSubsequence("-- TLS begins", "S: +OK ", "C: RETR 1", BODY, "C: QUIT"));
        assertThat(told.stream().filter(talk -> talk.contains("FETCH 1 ") || talk.contains("RETR 1")))
                .hasSize(4)
                .allSatisfy(talk -> assertThat(talk).contains("********").doesNotContain("secret"));
    }

    private static Said part(String name, String client, String server) {
        return new Said(name, client, server, false);
    }

    private static void smtp(ToolSessions s, int smtp, int smtps) throws IOException {
        Files.writeString(
                s.dir().resolve("mail.txt"), "From: a@client.example\r\nTo: b@mx.example\r\n\r\n" + BODY + "\r\n");
        for (String url : List.of("smtp://127.0.0.1:" + smtp, "smtps://127.0.0.1:" + smtps)) {
            for (String version : List.of("--tlsv1.3", "--tls-max=1.2")) {
                String title = "curl-" + url.substring(0, url.indexOf(':')) + version;
                s.add(title, name -> {
                    List<String> command = new ArrayList<>(List.of("--mail-from", name + "@client.example"));
                    command.addAll(List.of("--mail-rcpt", "b@mx.example", "-T", "mail.txt", "--ssl-reqd", url));
                    command.addAll(List.of(version.split("=")));
                    curl(s, name, command);
                    return List.of(part(name, "MAIL FROM:<" + name + "@client.example>", "Ok: queued as"));
                });
            }
        }
        // swaks writes no key log: the server's RSA key opens these.
        for (String port : List.of("--tls " + smtp, "--tlsc " + smtps)) {
            String[] words = port.split(" ");
            s.add("swaks" + words[0], name -> {
                String talk = new Tool(
                                s.dir(),
                                List.of(
                                        "swaks",
                                        words[0],
                                        "--server",
                                        "127.0.0.1",
                                        "--port",
                                        words[1],
                                        "--tls-protocol",
                                        "tlsv1_2",
                                        "--tls-cipher",
                                        "AES256-SHA256",
                                        "--from",
                                        name + "@client.example",
                                        "--to",
                                        "b@mx.example",
                                        "--body",
                                        BODY))
                        .finish();
                assertThat(talk).as("swaks").contains("Ok: queued as");
                return List.of(part(name, "MAIL FROM:<" + name + "@client.example>", "Ok: queued as"));
            });
        }
    }

    private static void mailboxes(ToolSessions s) throws Exception {
        Path dir = s.dir();
        List<Integer> ports = List.of(s.port(), s.port(), s.port(), s.port());
        Path box = Files.createDirectories(dir.resolve("home/Maildir/new"));
        Files.createDirectories(dir.resolve("home/Maildir/cur"));
        Files.createDirectories(dir.resolve("home/Maildir/tmp"));
        Files.writeString(box.resolve("1700000000.M1P1.mx"), "Subject: kept\n\n" + BODY + "\n");
        new Tool(dir, List.of("chown", "-R", "nobody:nogroup", "home")).finish();
        Files.writeString(dir.resolve("dovecot.conf"), """
                base_dir = %1$s/run
                state_dir = %1$s/state
                log_path = %1$s/dovecot.log
                protocols = imap pop3
                listen = 127.0.0.1
                ssl = yes
                ssl_cert = <%1$s/rsa.crt
                ssl_key = <%1$s/rsa.key
                mail_location = maildir:~/Maildir
                first_valid_uid = 1
                service imap-login {
                  inet_listener imap {
                    port = %2$d
                  }
                  inet_listener imaps {
                    port = %3$d
                    ssl = yes
                  }
                }
                service pop3-login {
                  inet_listener pop3 {
                    port = %4$d
                  }
                  inet_listener pop3s {
                    port = %5$d
                    ssl = yes
                  }
                }
                passdb {
                  driver = static
                  args = nopassword=y
                }
                userdb {
                  driver = static
                  args = uid=nobody gid=nogroup home=%1$s/home
                }
                """.formatted(
                        dir, ports.get(0), ports.get(1), ports.get(2), ports.get(3)));
        s.server(new Tool(
                dir,
                List.of(
                        "/usr/sbin/dovecot",
                        "-F",
                        "-c",
                        dir.resolve("dovecot.conf").toString())));
        ports.forEach(MailSessionsTest::awaitPort);
        // One after the other: a POP3 session locks the mailbox.
        s.add("mailboxes", title -> {
            List<Said> said = new ArrayList<>();
            for (String url : List.of(
                    "imap://127.0.0.1:" + ports.get(0) + "/INBOX;UID=1",
                    "imaps://127.0.0.1:" + ports.get(1) + "/INBOX;UID=1",
                    "pop3://127.0.0.1:" + ports.get(2) + "/1",
                    "pop3s://127.0.0.1:" + ports.get(3) + "/1")) {
                String name = url.substring(0, url.indexOf(':'));
                assertThat(curl(s, name, List.of("-u", name + "user:secret", "--ssl-reqd", url)))
                        .contains(BODY);
                said.add(part(name, name.startsWith("imap") ? "UID FETCH 1 " : "RETR 1", BODY));
            }
            return said;
        });
    }

    private static void web(ToolSessions s) throws Exception {
        int port = s.port();
        Path www = Files.createDirectories(s.dir().resolve("www"));
        String page = "<p>" + BODY + "</p>\n".repeat(3000);
        Files.writeString(www.resolve("index.html"), page);
        Files.writeString(s.dir().resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log nginx.log;
                events {}
                http {
                  access_log off;
                  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4;
                  scgi_temp_path t5;
                  server {
                    listen 127.0.0.1:%d ssl http2;
                    ssl_protocols TLSv1.2 TLSv1.3;
                    ssl_certificate rsa.crt;
                    ssl_certificate_key rsa.key;
                    root www;
                  }
                }
                """.formatted(port));
        s.server(new Tool(
                s.dir(), List.of("/usr/sbin/nginx", "-p", s.dir().toString(), "-c", "nginx.conf", "-e", "nginx.log")));
        awaitPort(port);
        for (String version : List.of("--http1.1", "--http2")) {
            s.add("https" + version, name -> {
                assertThat(curl(s, name, List.of(version, "https://127.0.0.1:" + port + "/")))
                        .isEqualTo(page);
                return List.of(
                        part(name, version.equals("--http2") ? "PRI * HTTP/2.0" : "GET / HTTP/1.1", "<p>" + BODY));
            });
        }
    }

    private static String curl(ToolSessions s, String name, List<String> options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "-sSk"));
        command.addAll(options);
        return new Tool(s.dir(), Map.of("SSLKEYLOGFILE", s.keys(name).toString()), command).finish();
    }

    /** A server that says nothing when it is ready is asked until it answers. */
    private static void awaitPort(int port) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
                return;
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
        throw new AssertionError("nothing listens at port " + port);
    }

    private static void postfix(Path dir, String command, int smtp, int smtps) throws Exception {
        Path etc = dir.resolve("etc");
        if (command.equals("start")) {
            Files.createDirectories(etc);
            Files.createDirectories(dir.resolve("queue"));
            Path data = Files.createDirectories(dir.resolve("data"));
            Files.setOwner(
                    data, data.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postfix"));
            Files.copy(Path.of("/etc/postfix/postfix-files"), etc.resolve("postfix-files"));
            Files.writeString(etc.resolve("dynamicmaps.cf"), "");
            Files.writeString(etc.resolve("main.cf"), """
                    compatibility_level = 3.6
                    queue_directory = %1$s/queue
                    data_directory = %1$s/data
                    maillog_file = %1$s/mail.log
                    maillog_file_prefixes = %1$s
                    syslog_name = %2$s
                    myhostname = mx.example
                    mail_owner = postfix
                    setgid_group = postdrop
                    inet_protocols = ipv4
                    tls_random_source = dev:/dev/urandom
                    alias_maps =
                    alias_database =
                    mynetworks = 127.0.0.0/8
                    mydestination =
                    relay_domains = static:all
                    relay_transport = discard:test
                    default_transport = discard:test
                    smtpd_peername_lookup = no
                    smtpd_relay_restrictions = permit_mynetworks, reject
                    smtpd_tls_security_level = may
                    smtpd_tls_ciphers = medium
                    smtpd_tls_key_file = %1$s/rsa.key
                    smtpd_tls_cert_file = %1$s/rsa.crt
                    """.formatted(dir, dir.getFileName()));
            Files.writeString(etc.resolve("master.cf"), """
                    postlog   unix-dgram n - n - 1 postlogd
                    pickup    unix n - n 60 1 pickup
                    cleanup   unix n - n - 0 cleanup
                    qmgr      unix n - n 300 1 qmgr
                    tlsmgr    unix - - n 1000? 1 tlsmgr
                    rewrite   unix - - n - - trivial-rewrite
                    bounce    unix - - n - 0 bounce
                    defer     unix - - n - 0 bounce
                    proxymap  unix - - n - - proxymap
                    error     unix - - n - - error
                    discard   unix - - n - - discard
                    anvil     unix - - n - 1 anvil
                    127.0.0.1:%d inet n - n - - smtpd
                    127.0.0.1:%d inet n - n - - smtpd
                      -o smtpd_tls_wrappermode=yes
                    """.formatted(smtp, smtps));
        }
        String said = new Tool(dir, List.of("/usr/sbin/postfix", "-c", etc.toString(), command)).finish();
        if (command.equals("start")) {
            assertThat(said).doesNotContain("fatal");
            awaitPort(smtp);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.sorted(java.util.Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
