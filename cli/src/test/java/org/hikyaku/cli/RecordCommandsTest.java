package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.hikyaku.cli.CommandRunner.Result;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.KeyChoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tlsa}, {@code mta-sts parse} and {@code tlsrpt parse} when the call or the file is wrong. */
class RecordCommandsTest {
    private static final String CHAIN = "../docs/examples/chain.pem";
    private static final String DIGEST = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    @TempDir
    private Path directory;

    private static Result run(String... args) {
        return new CommandRunner().run(args);
    }

    private static void usage(Result result, String sentence) {
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains(sentence).doesNotContain("Exception").doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "3 1 1,            four fields",
        "3 1 1 xyz,        not hexadecimal",
        "3 1 1 abc,        odd number",
        "3 1 300 00,       matching type",
    })
    void tlsaVerifySaysWhatIsWrongWithARecord(String record, String sentence) {
        usage(run("tlsa", "verify", "--tlsa", record, "--chain", CHAIN), sentence);
    }

    @Test
    void tlsaMakeTakesTheHostFromTheServersCertificateForUsage2Too() {
        assertThat(run("tlsa", "make", "--cert", CHAIN, "--usage", "2", "--host", "other.example")
                        .out())
                .contains("; The certificate is not for other.example but for ")
                .contains("(D12)");
        Result result = run("tlsa", "make", "--cert", CHAIN, "--usage", "2");
        assertThat(result.out()).doesNotContain("is not for");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("_25._tcp.mx.example.jp. 3600 IN TLSA 2 1 1 ");
    }

    @Test
    void tlsaMakeTakesANameThatStandsTwiceInTheCertificateForOne() throws Exception {
        Instant now = Instant.now();
        CertificateMaker maker = CertificateMaker.seeded("a name twice");
        CertificateTemplate twice =
                CertificateTemplate.server(now, now.plusSeconds(3600), "mx.example.jp", "MX.example.jp");
        String pem = maker.selfSigned(twice, maker.key(KeyChoice.EC_P256)).chainPem();
        Path file = Files.writeString(directory.resolve("twice.pem"), pem);
        assertThat(run("tlsa", "make", "--cert", file.toString()).out())
                .contains("_25._tcp.mx.example.jp. 3600 IN TLSA 3 1 1 ");
    }

    @Test
    void tlsaMakeWarnsOfAnAuthorityWhereTheServersCertificateShouldBe() throws Exception {
        String chain = Files.readString(Path.of(CHAIN));
        String issuer = chain.substring(chain.indexOf("-----BEGIN CERTIFICATE", 1));
        Path file = Files.writeString(directory.resolve("reversed.pem"), issuer);
        Result result = run("tlsa", "make", "--cert", file.toString(), "--host", "mx.example.jp");
        assertThat(result.out())
                .contains("; This certificate is an authority's.")
                .contains("--usage 2");
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1", "2001:db8::1", "[2001:db8::1]", "192.0.2.1:465"})
    void tlsaMakeNeedsANameOfALiveServer(String address) {
        usage(run("tlsa", "make", "--server", address), "a TLSA record belongs to a host's name");
    }

    @Test
    void twoSourcesAreOneTooMany() {
        Result result = run("tlsa", "make", "--cert", CHAIN, "--key", CHAIN);
        usage(result, "mutually exclusive");
        assertThat(result.err()).doesNotContain("Error:");
    }

    @Test
    void whatCannotBeReadOrWrittenIsSaidInWords() {
        usage(run("mta-sts", "parse", ""), "\"\" cannot be read: Is a directory");
        Path page = directory.resolve("absent/overview.html");
        usage(run("demo", "--html", page.toString()), page + ": the folder does not exist");
    }

    @Test
    void tlsaVerifyNeedsANameForUsage2() {
        usage(run("tlsa", "verify", "--tlsa", "2 1 1 " + DIGEST, "--chain", CHAIN), "say which with --name");
    }

    @Test
    void tlsaVerifySaysThatUnusableRecordsMeanTlsWithoutAuthentication() {
        Result result = run("tlsa", "verify", "--tlsa", "1 1 1 " + DIGEST, "--chain", CHAIN);
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("usage 1 (PKIX-EE)").contains("(D9)");
    }

    @Test
    void tlsaVerifyChecksDatesAtTheTimeGiven() throws Exception {
        String made = run("tlsa", "make", "--cert", CHAIN, "--usage", "2", "--host", "mx.example.jp")
                .out();
        String record =
                made.lines().filter(l -> l.startsWith("_25")).findFirst().orElseThrow();
        assertThat(run(
                                "tlsa",
                                "verify",
                                "--tlsa",
                                record,
                                "--chain",
                                CHAIN,
                                "--name",
                                "mx.example.jp",
                                "--at",
                                "20261201000000")
                        .exit())
                .isZero();
        Result late = run(
                "tlsa",
                "verify",
                "--tlsa",
                record,
                "--chain",
                CHAIN,
                "--name",
                "mx.example.jp",
                "--at",
                "20300101000000",
                "--json");
        assertThat(late.exit()).isEqualTo(1);
        assertThat(late.out()).contains("\"reason\" : \"expired\"");
    }

    @Test
    void filesThatAreNotThereOrNoPemGetASentence() throws Exception {
        usage(
                run("tlsa", "verify", "--tlsa", "3 1 1 " + DIGEST, "--chain", "/no/such.pem"),
                "/no/such.pem does not exist");
        Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing\n");
        usage(run("tlsa", "make", "--cert", empty.toString()), "holds no certificate");
        usage(run("tlsa", "make", "--key", empty.toString(), "--host", "a.example"), "no private key found");
        usage(run("mta-sts", "parse", "/no/such.txt"), "/no/such.txt does not exist");
    }

    @Test
    void tlsaMakeRefusesWhatNoSenderUses() {
        usage(run("tlsa", "make", "--cert", CHAIN, "--usage", "1"), "--usage is 1, but must be 2 to 3");
        usage(run("tlsa", "make", "--cert", CHAIN, "--host", "no such name"), "--host: ");
        usage(run("tlsa", "make", "--key", CHAIN), "say which host it is for with --host");
        usage(run("tlsa", "make", "--key", CHAIN, "--usage", "2"), "--usage 3 --selector 1");
        usage(run("tlsa", "make"), "Missing required argument");
    }

    @Test
    void aPolicyFileOf100MegabytesIsReadNoFurtherThanItsLimit() throws Exception {
        Path large = directory.resolve("large.txt");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(100_000_000);
        }
        Result result = run("mta-sts", "parse", large.toString());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("larger than the limit of 65536 bytes in an MTA-STS policy");
    }

    @Test
    void aPolicyComesFromStandardInputToo() {
        Result result = new CommandRunner()
                .input("version: STSv1\nmode: enforce\nmx: mx.example.jp\nmax_age: 604800\n")
                .run("mta-sts", "parse", "-");
        assertThat(result.out()).startsWith("VALID   mode enforce");
        assertThat(result.exit()).isZero();
    }

    @Test
    void groupsWithoutACommandSayWhichThereAre() {
        usage(run("tlsa"), "make or verify");
        usage(run("mta-sts"), "parse");
        usage(run("tlsrpt"), "parse");
    }

    @ParameterizedTest
    @CsvSource({"tlsa,make", "tlsa,verify", "mta-sts,parse", "tlsrpt,parse"})
    void everyCommandHasHelpWithAnExample(String group, String command) {
        Result result = run(group, command, "--help");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).containsPattern("Examples?:").contains("hikyaku " + group + " " + command);
    }
}
