package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.hikyaku.cli.CommandRunner.Result;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MatrixTextTest {
    private Lab lab;

    @BeforeAll
    void start() throws IOException {
        lab = Lab.start(LabOptions.defaults());
    }

    @AfterAll
    void stop() {
        lab.close();
    }

    private Result check(int columns, String terminal, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "check";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return new CommandRunner()
                .variable("COLUMNS", Integer.toString(columns))
                .variable("HIKYAKU_TERMINAL", terminal)
                .internet(new LabInternet(lab))
                .run(all);
    }

    private static List<String> lines(String text, int from, int count) {
        return text.lines().skip(from).limit(count).toList();
    }

    @Test
    void theMatrixLeadsTheReportAsATable() {
        String out = check(100, "", "sts-and-dane.example").out();
        int start = out.lines()
                .toList()
                .indexOf("  sender          listener   STARTTLS   handshake  DNS        rogue      fake");

        assertThat(start).as(out).isPositive();
        assertThat(lines(out, start, 7))
                .containsExactly(
                        "  sender          listener   STARTTLS   handshake  DNS        rogue      fake",
                        "                             stripped   broken     forged     CA         server",
                        "  opportunistic   protected  EXPOSED    EXPOSED    EXPOSED    EXPOSED    EXPOSED",
                        "  MTA-STS, first  protected  EXPOSED    EXPOSED    EXPOSED    EXPOSED    EXPOSED",
                        "  MTA-STS, known  protected  held back  held back  held back  EXPOSED    held back",
                        "  DANE            protected  held back  held back  held back  held back  held back",
                        "  both            protected  held back  held back  held back  held back  held back");
    }

    @Test
    void aNarrowWindowGetsAListThatFits() {
        String out = check(60, "", "sts-and-dane.example").out();

        assertThat(out)
                .contains(
                        "  MTA-STS, known\n    protected: listener\n    held back: STARTTLS stripped, handshake broken, DNS")
                .contains("    EXPOSED: rogue CA\n");
        assertThat(out.lines().takeWhile(l -> !l.startsWith("Worth knowing"))).allMatch(l -> l.length() <= 60);
    }

    @Test
    void coloursAreForTerminalsOnly() {
        assertThat(check(100, "", "plain.example").out()).doesNotContain("\u001b");
        assertThat(check(100, "out", "plain.example").out())
                .contains("\u001b[31mEXPOSED\u001b[0m    ")
                .contains("\u001b[32mprotected\u001b[0m  ");
    }

    @Test
    void explainSaysWhyOfEachCellAndOnceWhatIsTheSame() {
        String out = check(100, "", "--explain", "sts-enforce.example").out();
        String joined = String.join(
                " ", Arrays.stream(out.split("\n")).map(String::strip).toList());

        assertThat(joined)
                .contains(
                        "STARTTLS stripped opportunistic; DANE: EXPOSED, nothing demands TLS When somebody on the way takes"
                                + " STARTTLS out of the server's reply: mx.sts-enforce.example does not offer STARTTLS. Nothing"
                                + " demands TLS, so mail goes in clear. The mail is read and changed.")
                .contains("MTA-STS, first: EXPOSED, policy not known yet")
                .contains("MTA-STS, known; both: EXPOSED, any CA will do")
                .contains("The mail is held back (S19).")
                .contains("DANE; both: held back, DNSSEC");
    }

    @Test
    void theSummaryIsReadOffTheMatrix() {
        assertThat(check(450, "", "sts-and-dane.example").out())
                .contains(
                        "Senders that check DANE lose nothing to an attacker. Senders that know the MTA-STS policy lose mail"
                                + " only to rogue certificate authorities. All others can be made to send in clear or to an impostor.");
        assertThat(check(450, "", "plain.example").out()).contains("Nothing obliges senders to check who answers");
        assertThat(check(450, "", "sts-testing.example").out())
                .contains("deliver to an attacker all the same, and report it (S12).");
    }
}
