package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code hikyaku lab grade} by command line, with mail servers of a few lines. */
@Timeout(120)
class LabGradeCommandTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(textBlock = """
            --smtp-port, 0,       'a port is a number from 1 to 65535, not 0'
            --dns-port,  65536,   'a port is a number from 1 to 65535, not 65536'
            --time,      0,       '--time and --quiet take seconds, at least 1'
            --pause,     1,       '--pause takes seconds, at least 5'
            --restart,   true,    '--restart is of use with --phases alone'
            --netns,     a/b,     '--netns takes a name of letters, digits, - and _, not a/b'
            """)
    void aWrongValueIsAnsweredWithASentence(String option, String value, String sentence) {
        CommandRunner.Result result = new CommandRunner().run("lab", "grade", option, value);

        assertThat(result.exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.err()).contains(sentence);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void aSenderThatIsNoAddressIsTold() throws IOException {
        CommandRunner.Result result = new CommandRunner()
                .run(LabPorts.free().line("lab", "grade", "--inject", "127.0.0.1:1", "--from", "nobody"));

        assertThat(result.exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.err()).contains("--from: ");
    }

    @Test
    void portsOfOnesOwnMakeNoSenseInANamespaceOfItsOwn() {
        CommandRunner.Result result = new CommandRunner().run("lab", "grade", "--netns", "x", "--smtp-port", "2525");

        assertThat(result.exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.err()).contains("with --netns the usual ports are free: leave out --dns-port");
    }

    @Test
    void recipientsAreOneForEachMailAndSecondOnesOnlyWithPhases() {
        CommandRunner.Result first = new CommandRunner().run("lab", "grade", "--recipients");
        CommandRunner.Result both = new CommandRunner().run("lab", "grade", "--recipients", "--phases");

        assertThat(first.exit()).isZero();
        assertThat(first.out().lines())
                .contains(
                        "plain@dane-ee.example",
                        "requiretls@requiretls-dane.example",
                        "tls-optional@tls-required-no-dane.example")
                .noneMatch(l -> l.startsWith("later@"));
        assertThat(both.out().lines())
                .contains("later@later-record-gone.example", "restarted@later-restarted.example")
                .containsAll(first.out().lines().toList());
    }

    @Test
    void whoNeverComesKeepsNothing() throws IOException {
        CommandRunner.Result result =
                new CommandRunner().run(LabPorts.free().line("lab", "grade", "--time", "1", "--quiet", "1"));

        assertThat(result.exit()).isEqualTo(ExitCode.UNKNOWN.code());
        assertThat(result.err()).contains("the time is over; what is not settled counts as it was seen");
        assertThat(result.out())
                .contains("No rule was seen broken.")
                .containsPattern("DANE +- +0 +0 +\\d+ +Not practised");
    }

    @Test
    void whereNobodyTakesMailThereIsNothingToGrade() throws IOException {
        int nobody = LabPorts.free().dns();
        CommandRunner.Result result = new CommandRunner()
                .run(LabPorts.free().line("lab", "grade", "--time", "1", "--inject", "127.0.0.1:" + nobody));

        assertThat(result.exit()).isEqualTo(ExitCode.UNKNOWN.code());
        assertThat(result.err()).contains("Nobody takes mail at /127.0.0.1:" + nobody);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void aServerThatSendsInClearUnderDaneIsGradedInEveryForm() throws Exception {
        LabPorts ports = LabPorts.free();
        Path junit = folder.resolve("grade.xml");
        Path page = folder.resolve("grade.html");
        CommandRunner.Result result;
        try (CarelessServer server = new CarelessServer(ports)) {
            result = new CommandRunner()
                    .run(ports.line(
                            "lab",
                            "grade",
                            "--json",
                            "--quiet",
                            "1",
                            "--inject",
                            server.address(),
                            "--files",
                            folder.toString(),
                            "--junit",
                            junit.toString(),
                            "--html",
                            page.toString()));
        }

        assertThat(result.exit()).isEqualTo(ExitCode.FINDINGS.code());
        assertThat(result.err())
                .contains("mails were not taken in by the server under test")
                .contains("requiretls@");
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/schema/lab-grade-1.json")));
        assertThat(schema.validate(result.out(), InputFormat.JSON)).isEmpty();
        JsonNode json = JsonMapper.shared().readTree(result.out());
        assertThat(json.at("/offeredInClear").asInt()).isEqualTo(1);
        assertThat(json.at("/rules"))
                .filteredOn(r -> r.at("/standing").asString().equals("broken"))
                .singleElement()
                .satisfies(r -> assertThat(r.at("/rule").asString()).isEqualTo("D9"));
        assertThat(Files.readString(junit)).contains("dane-no-starttls.example");
        assertThat(Files.readString(page)).contains("dane-no-starttls.example").doesNotContain("<script");
        assertThat(folder.resolve("ca.pem")).isNotEmptyFile();
    }

    @Test
    void whatCannotBeWrittenIsToldAtOnce() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        CommandRunner.Result files =
                new CommandRunner().run(LabPorts.free().line("lab", "grade", "--files", file.toString()));
        CommandRunner.Result capture = new CommandRunner()
                .run(LabPorts.free()
                        .line(
                                "lab",
                                "grade",
                                "--pcap",
                                folder.resolve("none/x.pcapng").toString()));

        assertThat(files.exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(files.err()).contains(file + " is a file; --files takes a folder");
        assertThat(capture.exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(capture.err())
                .contains(
                        "--pcap " + folder.resolve("none/x.pcapng") + " cannot be written: the folder does not exist");
    }

    /** Takes all mails, and hands the one to a domain with DANE on in clear; the others it keeps. */
    private static final class CarelessServer implements Closeable {
        private static final String DOMAIN = "dane-no-starttls.example";

        private final LabPorts lab;
        private final ServerSocket port = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        private final Queue<Exception> troubles = new ConcurrentLinkedQueue<>();

        CarelessServer(LabPorts lab) throws IOException {
            this.lab = lab;
            Thread.ofVirtual().start(this::accept);
        }

        String address() {
            return "127.0.0.1:" + port.getLocalPort();
        }

        private void accept() {
            while (!port.isClosed()) {
                try {
                    Socket client = port.accept();
                    Thread.ofVirtual().start(() -> serve(client));
                } catch (IOException e) {
                    if (!port.isClosed()) {
                        troubles.add(e);
                    }
                }
            }
        }

        private void serve(Socket client) {
            try (client) {
                Lines lines = new Lines(client);
                lines.say("220 careless");
                boolean mine = false;
                for (String line = lines.next(); line != null; line = lines.next()) {
                    switch (line.split(" ")[0]) {
                        case "EHLO", "MAIL", "RSET" -> lines.say("250 ok");
                        case "RCPT" -> {
                            mine = line.contains("plain@" + DOMAIN);
                            lines.say("250 ok");
                        }
                        case "DATA" -> {
                            lines.say("354 go on");
                            String content = lines.next();
                            while (content != null && !content.equals(".")) {
                                content = lines.next();
                            }
                            if (mine) {
                                handOn();
                            }
                            lines.say("250 ok");
                        }
                        case "QUIT" -> {
                            lines.say("221 bye");
                            return;
                        }
                        default -> lines.say("502 no");
                    }
                }
            } catch (IOException e) {
                troubles.add(e);
            }
        }

        private void handOn() throws IOException {
            SimpleResolver resolver = new SimpleResolver("127.53.0.1");
            resolver.setPort(lab.resolver());
            Message answer = resolver.send(Message.newQuery(
                    Record.newRecord(Name.fromConstantString("mx." + DOMAIN + "."), Type.A, DClass.IN)));
            String address = answer.getSection(Section.ANSWER).getFirst().rdataToString();
            try (Socket mx = new Socket(InetAddress.ofLiteral(address), lab.smtp())) {
                Lines lines = new Lines(mx);
                lines.answer();
                for (String command : new String[] {
                    "EHLO careless.example",
                    "MAIL FROM:<grade@auth-good.example>",
                    "RCPT TO:<plain@" + DOMAIN + ">",
                    "DATA",
                    "Subject: x\r\n\r\nx\r\n.",
                    "QUIT"
                }) {
                    lines.say(command);
                    lines.answer();
                }
            }
        }

        @Override
        public void close() throws IOException {
            port.close();
            assertThat(troubles).isEmpty();
        }
    }

    /** SMTP's lines. */
    private static final class Lines {
        private final BufferedReader in;
        private final OutputStream out;

        Lines(Socket socket) throws IOException {
            this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            this.out = socket.getOutputStream();
        }

        void say(String line) throws IOException {
            out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }

        @Nullable
        String next() throws IOException {
            return in.readLine();
        }

        /** Reads a reply to its last line. */
        void answer() throws IOException {
            String line = in.readLine();
            while (line != null && line.startsWith("-", 3)) {
                line = in.readLine();
            }
        }
    }
}
