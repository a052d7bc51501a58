package org.hikyaku.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.hikyaku.capture.CaptureDecoder;
import org.hikyaku.capture.file.CaptureFormatException;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.tls.KeyFinder;
import org.hikyaku.capture.tls.SecretStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hikyaku decode FILE}: captures decrypted and explained. */
@Command(
        name = "decode",
        mixinStandardHelpOptions = true,
        description = {
            "Decrypt a capture (pcap or pcapng, plain, gzip or zstd) and show what was said. Connections that stay dark"
                    + " each get a reason.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku decode mail.pcap --keylog keys.log                 one line a connection",
            "  hikyaku decode mail.pcap --keylog keys.log --dialogue 1    what was said on the first",
            "  hikyaku decode web.pcap --rsa-key server.key --story 1     its handshake, told",
            "  hikyaku decode mail.pcap --keylog keys.log --judge example.jp   does it keep DANE and MTA-STS?",
            "  tcpdump -U -w - port 25 | hikyaku decode - --keylog keys.log --dialogue",
            "",
            "Exit codes: 0 all TLS was decrypted, 1 some stayed dark or broke a promise, 2 wrong call or not a capture,"
                    + " 3 nothing could be judged.",
            "The JSON is described in docs/decode.md and docs/schema/decode-1.json."
        })
final class DecodeCommand implements Callable<Integer> {
    /** Stands for the number of a connection where none is given. */
    static final String ALL = "all";

    /** Leads to the file that the shell opened as standard input, where the system has such links. */
    private static final Path STANDARD_INPUT = Path.of("/dev/stdin");

    private final Environment environment;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "The capture; - is standard input, read as it grows.")
    private @Nullable String file;

    @Mixin
    private DecodeKeyOptions keys = new DecodeKeyOptions();

    @Option(names = "--list", description = "One line a connection; what is shown when nothing else is asked for.")
    private boolean list;

    @Option(
            names = "--dialogue",
            arity = "0..1",
            fallbackValue = ALL,
            paramLabel = "N",
            description = "What was said, on connection N or on all.")
    private @Nullable String dialogue;

    @Option(
            names = "--story",
            arity = "0..1",
            fallbackValue = ALL,
            paramLabel = "N",
            description = "The handshake of connection N, or of all, told in its four steps.")
    private @Nullable String story;

    @Option(names = "--mails", paramLabel = "DIR", description = "Write each mail as .eml into this directory.")
    private @Nullable Path mails;

    @Option(
            names = "--bytes",
            paramLabel = "FILE",
            description = "Write all decrypted bytes, both sides in the order in which they passed.")
    private @Nullable Path bytes;

    @Option(
            names = "--write",
            paramLabel = "OUT.pcapng",
            description = "Write the capture again with the secrets that opened it inside, for Wireshark and others.")
    private @Nullable Path write;

    @Option(
            names = "--write-plain",
            paramLabel = "OUT.pcapng",
            description = "Write what was said, decrypted, as plain TCP packets that any tool reads.")
    private @Nullable Path writePlain;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write a page for a browser: a list, and each connection as a sequence diagram.")
    private @Nullable Path html;

    @Mixin
    private DecodeFilterOptions filters = new DecodeFilterOptions();

    @Mixin
    private DecodeJudgeOptions judging = new DecodeJudgeOptions();

    @Option(names = "--sha256", description = "Print the SHA-256 over the decrypted bytes of each connection.")
    private boolean sha256;

    @Option(names = "--show-secrets", description = "Show passwords instead of ********.")
    private boolean showSecrets;

    @Mixin
    private JsonOption json = new JsonOption();

    DecodeCommand(Environment environment) {
        this.environment = environment;
    }

    DecodeCommand(Environment environment, PlainDecode call) {
        this(environment);
        file = call.file();
        keys = new DecodeKeyOptions(call.keyLogs(), call.rsaKeys());
        list = call.list();
        dialogue = call.dialogue().orElse(null);
        story = call.story().orElse(null);
        sha256 = call.sha256();
    }

    /**
     * Loads what decoding needs, beside the model of the options and the reading of keys. What fails here fails where it is used, and
     * is told there.
     */
    static void prepare() {
        Thread.ofPlatform().daemon().name("decode preparation").start(() -> beside(KeyFinder::prepare));
    }

    /** Runs it; the same failure comes again, and is told, where its result is used. */
    static void beside(Runnable preparation) {
        try {
            preparation.run();
        } catch (RuntimeException | LinkageError e) {
            return;
        }
    }

    @Override
    public Integer call() throws IOException {
        OptionalInt onlyDialogue = number(dialogue);
        OptionalInt onlyStory = number(story);
        String capture = file;
        if (capture == null) {
            throw new UsageException("say which capture: 'hikyaku decode FILE', or - for standard input");
        }
        SecretStore store = new SecretStore();
        List<String> remarks = new ArrayList<>();
        OutputFiles files = checkFiles(capture);
        DecodeFilter filter = filters.filter();
        KeyFinder finder = keys.read(store, environment, capture.equals(CaptureSource.STANDARD_INPUT));
        boolean nothingElse = dialogue == null
                && story == null
                && mails == null
                && bytes == null
                && write == null
                && writePlain == null
                && html == null
                && !json.wanted();
        // Digests and judgements stand in the list, or in the JSON: whoever asks for them sees them.
        boolean told = (sha256 || judging.wanted()) && !json.wanted();
        DecodeViews views = new DecodeViews(
                list || nothingElse || told,
                Optional.ofNullable(dialogue).map(d -> onlyDialogue),
                Optional.ofNullable(story).map(s -> onlyStory),
                json.wanted(),
                sha256,
                showSecrets);
        Optional<SecretCapture> secrets = Optional.ofNullable(write).map(_ -> new SecretCapture(filter.everything()));
        boolean writes = mails != null || bytes != null || write != null || writePlain != null || html != null;
        try (DecodeStop stop = new DecodeStop(files);
                files;
                CaptureSource source = CaptureSource.of(capture, environment.input());
                Progress progress = source.live()
                        ? Progress.none()
                        : environment.terminal().progress("decoding " + source.title())) {
            if (source.live() || writes) {
                stop.ends(source);
            }
            CaptureReader reader = open(source, store, progress, files);
            ExitCode code;
            boolean finished;
            if (source.live()) {
                store.expectMore();
            }
            Optional<PendingFile> written = result(files, write);
            Optional<PendingFile> page = result(files, html);
            try (DecodeTargets targets = DecodeTargets.open(
                    Optional.ofNullable(mails),
                    result(files, bytes),
                    result(files, writePlain),
                    secrets,
                    Optional.ofNullable(html).map(_ -> new DecodePage(capture)))) {
                DecodeOutput output = new DecodeOutput(
                        environment.terminal(),
                        views,
                        filter,
                        targets,
                        source,
                        judging.judge(environment, remarks),
                        progress);
                CaptureDecoder decoder = new CaptureDecoder(finder, output);
                try {
                    decoder.decode(reader);
                } catch (IOException e) {
                    if (decoder.packets() == 0) {
                        throw new UsageException(sentence(source, e), e);
                    }
                    remarks.add(sentence(source, e));
                }
                remarks.addAll(0, keys.remarks(store));
                remarks.addAll(decoder.warnings());
                if (store.refused() > 0) {
                    remarks.add(store.refused() + " secrets were left out, because of the limit of "
                            + SecretStore.SECRETS.value() + " " + SecretStore.SECRETS.name());
                }
                // Of packets that are passing, those that have passed are all there are; of a file they are not.
                boolean whole = source.live() || !stop.asked();
                if (!whole) {
                    remarks.add("it was ended by a signal behind packet " + decoder.packets()
                            + ": no file is written but the mails up to there");
                }
                if (whole && secrets.isPresent() && written.isPresent()) {
                    source.write(secrets.get(), written.get().stream());
                }
                code = output.finish(decoder.packets(), remarks);
                if (targets.page().isPresent() && page.isPresent()) {
                    String text = targets.page().get().text(decoder.packets(), output.darkReasons(), remarks);
                    try (OutputStream out = page.get().stream()) {
                        out.write(text.getBytes(StandardCharsets.UTF_8));
                    }
                }
                finished = whole;
            }
            if (finished) {
                files.commit();
            }
            return code.code();
        } catch (IOException e) {
            throw new UsageException("what was decoded cannot be written: " + FileTrouble.unwritable(e), e);
        } catch (UncheckedIOException e) {
            IOException cause = e.getCause();
            String why = cause == null ? e.toString() : FileTrouble.unwritable(cause);
            throw new UsageException("what was decoded cannot be written: " + why, e);
        }
    }

    /** Nothing that is read may be written over. */
    private OutputFiles checkFiles(String capture) {
        OutputFiles files = new OutputFiles();
        if (!capture.equals(CaptureSource.STANDARD_INPUT)) {
            files.read("the capture", Path.of(capture));
        } else if (Files.exists(STANDARD_INPUT)) {
            files.read("the capture", STANDARD_INPUT);
        }
        keys.files().forEach(files::read);
        judging.planFile().ifPresent(plan -> files.read("the plan", plan));
        if (write != null) {
            files.write("--write", write);
        }
        if (writePlain != null) {
            files.write("--write-plain", writePlain);
        }
        if (bytes != null) {
            files.write("--bytes", bytes);
        }
        if (html != null) {
            files.write("--html", html);
        }
        return files;
    }

    private static Optional<PendingFile> result(OutputFiles files, @Nullable Path file) throws IOException {
        return file == null ? Optional.empty() : Optional.of(files.open(file));
    }

    /** It is closed with the source. */
    private CaptureReader open(CaptureSource source, SecretStore store, Progress progress, OutputFiles files) {
        try {
            return source.open(
                    text -> store.addText(text, "the capture's secrets"), progress, Optional.ofNullable(write), files);
        } catch (IOException e) {
            throw new UsageException(sentence(source, e), e);
        }
    }

    private static String sentence(CaptureSource source, IOException e) {
        return switch (e) {
            case CaptureFormatException _ -> String.valueOf(e.getMessage());
            case NoSuchFileException _ -> "there is no file " + source.title();
            default -> source.title() + " cannot be read: " + FileTrouble.why(e);
        };
    }

    /** A number of a connection; a file's name that stands behind the option is the capture. */
    private OptionalInt number(@Nullable String text) {
        if (text == null || text.equals(ALL)) {
            return OptionalInt.empty();
        }
        if (!text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int number = Integer.parseInt(text);
            if (number == 0) {
                throw new UsageException("connections are counted from 1");
            }
            return OptionalInt.of(number);
        }
        if (file == null) {
            file = text;
            return OptionalInt.empty();
        }
        throw new UsageException("'" + text + "' is not the number of a connection; --list shows the numbers");
    }

    /** Makes a directory that is not there yet. */
    static Path directory(Path dir) {
        try {
            return Files.createDirectories(dir);
        } catch (IOException e) {
            throw new UsageException("the directory " + dir + " cannot be made: " + FileTrouble.why(e), e);
        }
    }
}
