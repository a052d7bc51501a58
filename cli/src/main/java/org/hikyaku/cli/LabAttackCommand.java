package org.hikyaku.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.conformance.attack.Attack;
import org.hikyaku.conformance.attack.AttackJson;
import org.hikyaku.conformance.attack.AttackPage;
import org.hikyaku.conformance.attack.Attacks;
import org.hikyaku.conformance.attack.LabAttack;
import org.hikyaku.conformance.attack.Performance;
import org.hikyaku.conformance.attack.Scene;
import org.hikyaku.lab.LabDomain;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku lab attack}: what each attack does to mail, played and measured. */
@Command(
        name = "attack",
        mixinStandardHelpOptions = true,
        description = {
            "Play attacks on a test mail between a sender and a receiver of a small Internet inside this process, and say"
                    + " whether the mail was read, changed, diverted, held back or safe: by what the attacker has in hand,"
                    + " what arrived, and what the sender says.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku lab attack",
            "  hikyaku lab attack --attack strip-starttls --domain dane-ee.example --sender dane",
            "  hikyaku lab attack --domain sts-enforce.example --html attacks.html --pcap captures",
            "",
            "Exit codes: 0 played, and as check derives it; 1 something is otherwise than check derives it; 2 wrong call;",
            "3 the lab could not be started."
        })
final class LabAttackCommand implements Callable<Integer> {
    private final Environment environment;

    @Option(
            names = "--attack",
            paramLabel = "NAME",
            description = "Play this attack (default: all), and show the messages. May be given several times.")
    private List<String> attacks = new ArrayList<>();

    @Option(
            names = "--sender",
            paramLabel = "KIND",
            description = "Mail from this kind of sender: opportunistic, mta-sts-first, mta-sts-known, dane, both"
                    + " (default: all). May be given several times.")
    private List<String> senders = new ArrayList<>();

    @Option(
            names = "--domain",
            paramLabel = "DOMAIN",
            description =
                    "Mail to this domain of the lab (default: one for each protection). May be given several times.")
    private List<String> domains = new ArrayList<>();

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write a page with the result and a diagram of each attack.")
    private @Nullable Path html;

    @Option(
            names = "--pcap",
            paramLabel = "DIR",
            description =
                    "Write each attacker's own capture into this folder, with the secrets of the sessions that ended at"
                            + " the attacker.")
    private @Nullable Path pcap;

    @Mixin
    private JsonOption json = new JsonOption();

    LabAttackCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Attack> chosenAttacks = chosen("attack", attacks, Attacks.all(), Attack::id);
        List<Sender> chosenSenders = chosen("kind of sender", senders, Arrays.asList(Sender.values()), Sender::id);
        checkFolders();
        Terminal terminal = environment.terminal();
        Performance performance;
        try (LabAttack lab = LabAttack.start(environment.clock());
                Progress progress = terminal.progress("starting the lab")) {
            List<LabDomain> receivers = receivers(lab);
            int all = receivers.size() * chosenAttacks.size() * chosenSenders.size();
            AtomicInteger played = new AtomicInteger();
            List<Scene> scenes = lab.playAll(
                    receivers,
                    chosenAttacks,
                    chosenSenders,
                    _ -> progress.say("played " + played.incrementAndGet() + " of " + all + " attacks"));
            performance = new Performance(scenes, lab.derived(receivers));
        } catch (IOException e) {
            throw new UndecidedException("the lab could not open its ports on 127.0.0.1: " + e.getMessage(), e);
        }
        if (pcap != null) {
            writeCaptures(pcap, performance);
        }
        if (html != null) {
            write(html, AttackPage.of(performance, ProductVersion.number()));
        }
        if (json.wanted()) {
            ObjectNode document = JsonOption.document(AttackJson.SCHEMA);
            AttackJson.into(document, performance, pcap != null);
            JsonOption.print(terminal.out(), document);
        } else {
            new AttackText(terminal).print(performance, !attacks.isEmpty());
            if (html != null) {
                terminal.out().println("Page: " + html);
            }
            if (pcap != null) {
                int files = performance.scenes().size();
                terminal.out().println("Captures: " + files + (files == 1 ? " file in " : " files in ") + pcap);
            }
        }
        return (performance.asDerived() ? ExitCode.OK : ExitCode.FINDINGS).code();
    }

    private static <T> List<T> chosen(String what, List<String> names, List<T> all, Function<T, String> id) {
        names.stream()
                .filter(n -> all.stream().noneMatch(t -> id.apply(t).equals(n)))
                .findFirst()
                .ifPresent(n -> {
                    throw new UsageException("There is no " + what + " \"" + n + "\"; there are "
                            + all.stream().map(id).collect(Collectors.joining(", ")));
                });
        return names.isEmpty()
                ? all
                : all.stream().filter(t -> names.contains(id.apply(t))).toList();
    }

    private List<LabDomain> receivers(LabAttack lab) {
        List<LabDomain> receivers = new ArrayList<>();
        for (String domain : domains.isEmpty() ? LabAttack.USUAL : domains) {
            LabDomain receiver = lab.lab().catalogue().domains().stream()
                    .filter(d -> d.text().equalsIgnoreCase(domain))
                    .findFirst()
                    .orElseThrow(() -> new UsageException(
                            "The lab has no domain " + domain + "; 'hikyaku demo' lists those that it has"));
            if (lab.ownedByAttacker(receiver)) {
                throw new UsageException(domain + " is the attacker's own; choose another domain");
            }
            if (receiver.setup().hosts().isEmpty()) {
                throw new UsageException(
                        domain + " has no mail host of its own: there is nobody to stand in the way of");
            }
            receivers.add(receiver);
        }
        return receivers.stream().distinct().toList();
    }

    /** Before the work is done. */
    private void checkFolders() {
        if (html != null) {
            Path folder = html.toAbsolutePath().getParent();
            if (folder == null || Files.isDirectory(html)) {
                throw new UsageException("\"" + html + "\" is not the name of a file");
            }
            if (!Files.isDirectory(folder)) {
                throw new UsageException(html + " cannot be written: the folder does not exist");
            }
        }
        if (pcap != null && Files.exists(pcap) && !Files.isDirectory(pcap)) {
            throw new UsageException(pcap + " is a file; --pcap takes a folder");
        }
    }

    private static void writeCaptures(Path folder, Performance performance) {
        try {
            Files.createDirectories(folder);
            for (Scene scene : performance.scenes()) {
                scene.capture().writeTo(folder.resolve(scene.captureName()));
            }
        } catch (IOException e) {
            throw new UsageException("the captures cannot be written to " + folder + ": " + FileTrouble.why(e), e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UsageException(file + " cannot be written: " + FileTrouble.why(e), e);
        }
    }
}
