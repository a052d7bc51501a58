package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Makes the Debian package, installs it, has its relay deliver a mail as its own user, and purges it. As root on Debian. */
@Tag("long")
@Tag("interop")
@Timeout(1200)
class DebianPackageTest {
    private static final int PORT = 22_525;

    @TempDir
    Path folder;

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + ": " + said)
                .isZero();
        return said;
    }

    @Test
    void installedStartedAMailDeliveredAndPurged() throws Exception {
        String[] lines = run("../scripts/package-deb").strip().split("\n");
        String deb = lines[lines.length - 1];
        run("dpkg", "-i", deb);
        try {
            assertThat(run("hikyaku", "--version")).contains("hikyaku");
            whatMakesItFastIsThereAndUsable();
            assertThat(run("hikyaku", "relay", "--check-config")).isEqualTo("/etc/hikyaku/relay.yaml: good\n");
            assertThat(run("stat", "-c", "%U %a", "/var/lib/hikyaku")).isEqualTo("hikyaku 700\n");
            Path unit = Path.of("/lib/systemd/system/hikyaku-relay.service");
            assertThat(Files.exists(unit)).isTrue();
            run("systemd-analyze", "verify", "--man=no", unit.toString());
            run("systemd-analyze", "security", "--offline=true", "--threshold=25", unit.toString());
            deliverAMail();
            upgradedOverItself(deb);
            run("dpkg", "--remove", "hikyaku");
            assertThat(Path.of("/opt/hikyaku")).doesNotExist();
            assertThat(Files.readString(Path.of("/etc/hikyaku/relay.yaml"))).contains("mx.own.example");
            assertThat(Path.of("/var/lib/hikyaku/queue")).isDirectory();
        } finally {
            run("dpkg", "--purge", "hikyaku");
        }
        assertThat(Path.of("/opt/hikyaku")).doesNotExist();
        assertThat(Path.of("/etc/hikyaku")).doesNotExist();
        assertThat(run("sh", "-c", "find /var/lib/hikyaku -type f | sort"))
                .as("delivered mail is left, and nothing else")
                .matches("/var/lib/hikyaku/mail/own.example/bob/new/[^\n]*\n");
        run("rm", "-rf", "/var/lib/hikyaku");
    }

    /** With AOTMode=on a cache that does not fit is an error, where it is else left aside in silence. */
    private static void whatMakesItFastIsThereAndUsable() throws Exception {
        Path lib = Path.of("/opt/hikyaku/lib");
        assertThat(lib.resolve("app/lib/native/libhikyaku_rsa8.so")).isNotEmptyFile();
        assertThat(lib.resolve("app/lib/native/libhikyaku_records.so")).isNotEmptyFile();
        assertThat(lib.resolve("decode.aot")).isNotEmptyFile();
        assertThat(lib.resolve("hikyaku.aot")).isNotEmptyFile();
        String demanded = "HIKYAKU_JAVA_OPTS=-XX:AOTMode=on";
        assertThat(run("env", demanded, "hikyaku", "--version")).contains("hikyaku");
        assertThat(run(
                        "env",
                        demanded,
                        "hikyaku",
                        "decode",
                        "../scripts/training/web.pcap",
                        "--keylog",
                        "../scripts/training/keys.log"))
                .contains("2 connections");
        assertThat(run("env", demanded, "hikyaku", "check", "--help")).contains("Usage: hikyaku check");
    }

    /** What was written down stays, and so does the key that a TLSA record may name. */
    private static void upgradedOverItself(String deb) throws Exception {
        String key = run("sha256sum", "/var/lib/hikyaku/own-certificate.pem");
        run("dpkg", "-i", deb);
        assertThat(Files.readString(Path.of("/etc/hikyaku/relay.yaml"))).contains("mx.own.example");
        assertThat(run("sha256sum", "/var/lib/hikyaku/own-certificate.pem")).isEqualTo(key);
        assertThat(run("hikyaku", "relay", "--check-config")).isEqualTo("/etc/hikyaku/relay.yaml: good\n");
    }

    private void deliverAMail() throws Exception {
        Files.writeString(Path.of("/etc/hikyaku/relay.yaml"), """
                hostname: mx.own.example
                domains: [own.example]
                listen: {smtp: ["127.0.0.1:%d"]}
                dns: {resolvers: ["127.0.0.1:1"]}
                local: {recipients: recipients}
                """.formatted(PORT));
        Files.writeString(Path.of("/etc/hikyaku/recipients"), "bob@own.example\n");
        Path log = folder.resolve("log");
        Process relay = new ProcessBuilder(
                        "setpriv",
                        "--reuid",
                        "hikyaku",
                        "--regid",
                        "hikyaku",
                        "--clear-groups",
                        "/usr/bin/hikyaku",
                        "relay")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            while (!Files.readString(log).contains("ready: ")) {
                assertThat(relay.isAlive()).as(Files.readString(log)).isTrue();
                TimeUnit.MILLISECONDS.sleep(50);
            }
            try (SmtpSender sender = new SmtpSender(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT))) {
                assertThat(sender.send("Subject: packaged\n\nbody")).startsWith("250 ");
            }
            while (!Files.readString(log).contains("outcome=delivered")) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        } finally {
            relay.destroy();
            assertThat(relay.waitFor()).isEqualTo(143);
        }
    }
}
