package org.hikyaku.mail.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hikyaku.mail.dkim.DkimResult.Invalid;
import org.hikyaku.x509.Pem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** opendkim checks what we sign; its test tool signs with SHA-1, which nobody takes any more. */
@Tag("interop")
class OpenDkimInteropTest {
    private final Instant now = Instant.now();

    @TempDir
    Path folder;

    /** What {@code opendkim -t} says of a mail, with the keys of a file instead of DNS. */
    private String opendkim(byte[] mail, String keyRecord) throws Exception {
        Path keys = Files.writeString(folder.resolve("keys"), "s1._domainkey.relay.example " + keyRecord + "\n");
        Path file = Files.write(folder.resolve("mail"), mail);
        Path conf = Files.writeString(
                folder.resolve("conf"), "Mode v\nTestPublicKeys " + keys + "\nBackground no\nSyslog no\n");
        return run(List.of("/usr/sbin/opendkim", "-x", conf.toString(), "-t", file.toString(), "-v"), new byte[0]);
    }

    private String run(List<String> command, byte[] input) throws Exception {
        Path in = Files.write(folder.resolve("in"), input);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(in.toFile())
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    @Test
    void opendkimTakesOurSignature() throws Exception {
        KeyPair keys = DkimSignerTest.keys("RSA", 2048);
        byte[] signed = new DkimSigner("relay.example", "s1", keys.getPrivate(), () -> now)
                .sign(DkimSignerTest.MAIL.getBytes(StandardCharsets.US_ASCII));
        assertThat(opendkim(signed, DkimSignerTest.record(keys)))
                .contains("verification (s=s1, d=relay.example, 2048-bit key) succeeded");
        String changed = new String(signed, StandardCharsets.US_ASCII).replace("Body", "Bady");
        assertThat(opendkim(changed.getBytes(StandardCharsets.US_ASCII), DkimSignerTest.record(keys)))
                .doesNotContain("succeeded");
    }

    @Test
    void anOldSignerWithSha1IsNotTaken() throws Exception {
        KeyPair keys = DkimSignerTest.keys("RSA", 2048);
        Path key = Files.writeString(folder.resolve("key.pem"), Pem.encode(keys.getPrivate()));
        String signed = run(
                List.of("/usr/sbin/opendkim-testmsg", "-C", "-d", "relay.example", "-s", "s1", "-k", key.toString()),
                DkimSignerTest.MAIL.getBytes(StandardCharsets.US_ASCII));
        assertThat(signed).startsWith("DKIM-Signature");
        DkimVerifier verifier = new DkimVerifier(
                new KeyZone().key("s1._domainkey.relay.example", DkimSignerTest.record(keys)), () -> now);
        assertThat(verifier.verify(signed.getBytes(StandardCharsets.ISO_8859_1)))
                .singleElement()
                .isInstanceOfSatisfying(
                        Invalid.class, i -> assertThat(i.sentence()).contains("rsa-sha1"));
    }
}
