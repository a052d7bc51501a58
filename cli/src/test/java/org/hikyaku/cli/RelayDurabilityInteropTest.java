package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the relay's process asks of the system: traced, with a disk that fills up, with one that cannot be written. As root on Linux. */
@Tag("interop")
@Timeout(180)
class RelayDurabilityInteropTest {
    @TempDir
    Path folder;

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + ": " + said)
                .isZero();
    }

    @Test
    void beforeEach250TheMailIsForcedToDisk() throws Exception {
        Path trace = folder.resolve("trace");
        List<String> ids = new ArrayList<>();
        try (RelayProcess relay = RelayProcess.start(
                folder,
                folder.resolve("data"),
                "",
                "strace",
                "-D", // the tracer is a grandchild: what is ended is the relay
                "-f",
                "-y",
                "-s",
                "200",
                "-e",
                "trace=openat,fsync,fdatasync,msync,write,pwrite64,writev,pwritev,sendto,sendmsg",
                "-o",
                trace.toString())) {
            try (SmtpSender sender = new SmtpSender(relay.address())) {
                for (int i = 0; i < 10; i++) {
                    String reply = sender.send("X-Name: traced-" + i + "\n\nbody");
                    assertThat(reply).startsWith("250 ");
                    ids.add(reply);
                }
            }
            assertThat(relay.end()).isNotNegative();
        }
        List<String> calls = joined(Files.readAllLines(trace, java.nio.charset.StandardCharsets.ISO_8859_1));
        Set<String> synchronous = new HashSet<>();
        for (String call : calls) {
            if (call.contains("openat(") && (call.contains("O_DSYNC") || call.contains("O_SYNC"))) {
                synchronous.add(call.substring(call.lastIndexOf('<') + 1, call.lastIndexOf('>')));
            }
        }
        int from = 0;
        for (String reply : ids) {
            String words = reply.substring(0, Math.min(60, reply.length()));
            int asked = find(calls, from, line -> line.contains("\"354 "));
            int answered = find(calls, asked, line -> line.contains("\"" + words));
            assertThat(calls.subList(asked, answered))
                    .as("between 354 and " + words)
                    .anyMatch(line -> isDone(line) && (isSync(line) || writesTo(line, synchronous)));
            from = answered + 1;
        }
        assertThat(calls)
                .as("the name of the log is forced to disk too")
                .anyMatch(line -> line.contains("fsync(") && line.contains("/queue>)"));
    }

    /**
     * The lines of a trace; where strace broke a call off for that of another thread ("unfinished", later "resumed"), the line of
     * its end is the whole call, and that of its beginning stays.
     */
    private static List<String> joined(List<String> lines) {
        Map<String, String> begun = new HashMap<>();
        List<String> all = new ArrayList<>();
        for (String line : lines) {
            String thread = line.substring(0, Math.max(0, line.indexOf(' ')));
            int broken = line.lastIndexOf(" <unfinished ...>");
            int resumed = line.indexOf(" resumed>");
            if (broken >= 0) {
                begun.put(thread, line.substring(0, broken));
            }
            String start = resumed >= 0 && line.contains("<... ") ? begun.remove(thread) : null;
            all.add(start == null ? line : start + line.substring(resumed + " resumed>".length()));
        }
        return all;
    }

    private static boolean isDone(String line) {
        return !line.contains("<unfinished") && !line.contains("= -1");
    }

    private static boolean isSync(String line) {
        return line.contains("fdatasync(") || line.contains("fsync(") || line.contains("sync resumed>");
    }

    /** A write to a file that was opened so that each write is on disk when it returns. */
    private static boolean writesTo(String line, Set<String> files) {
        return line.contains("write") && files.stream().anyMatch(file -> line.contains("<" + file + ">"));
    }

    private static int find(List<String> calls, int from, java.util.function.Predicate<String> wanted) {
        for (int i = from; i < calls.size(); i++) {
            if (wanted.test(calls.get(i))) {
                return i;
            }
        }
        throw new AssertionError("no such call behind line " + from + " of " + calls.size());
    }

    @Test
    void aDiskThatFillsUpMakesFor452AndLosesNothing() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString());
        try {
            fill(disk);
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private void fill(Path disk) throws Exception {
        String body = ("x".repeat(70) + "\n").repeat(3000);
        List<String> taken = new ArrayList<>();
        String last = "";
        // Mailboxes are elsewhere; mail to somebody whose server cannot be looked up stays in the queue.
        try (RelayProcess relay = RelayProcess.start(
                folder,
                disk.resolve("data"),
                "receive: {networks: [127.0.0.0/8]}\nlocal: {recipients: recipients, maildirs: " + folder + "/mail}")) {
            try (SmtpSender sender = new SmtpSender(relay.address())) {
                for (int i = 0; i < 400 && !last.startsWith("452"); i++) {
                    last = sender.sendTo("x@away.example", "X-Name: full-" + i + "\n\n" + body);
                    if (last.startsWith("250")) {
                        taken.add("full-" + i);
                    }
                }
            }
            assertThat(last).as(taken.size() + " taken; " + relay.log()).startsWith("452 ");
            assertThat(taken).isNotEmpty();
            relay.kill();
            relay.again();
            assertThat(relay.queued()).isEqualTo(taken.size());
        }
    }

    @Test
    void aDiskThatCannotBeWrittenMakesForANoAndNeverForA250() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk.toString());
        try (RelayProcess relay = RelayProcess.start(folder, disk.resolve("data"), "")) {
            try (SmtpSender sender = new SmtpSender(relay.address())) {
                assertThat(sender.send("X-Name: good\n\nbody")).startsWith("250");
            }
            while (RelayProcess.mailbox(disk.resolve("data")).size() != 1) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            relay.kill(); // a file that is open for writing would keep the disk from becoming read-only
            run("mount", "-o", "remount,ro", disk.toString());
            assertThat(org.assertj.core.api.Assertions.catchThrowable(relay::again))
                    .as("it does not start on a disk that it cannot write")
                    .hasMessageContaining("the relay did not start")
                    .hasMessageNotContaining("\tat ");
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    /** ext4 does that by itself when it meets with an error; here the error is asked for. */
    @Test
    void aFileSystemThatBecomesReadOnlyMeanwhileMakesForANoAndLosesNothing() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Path image = folder.resolve("image");
        run("truncate", "-s", "64M", image.toString());
        run("mkfs.ext4", "-q", "-F", image.toString());
        String[] mount = {"mount", "-o", "loop,errors=remount-ro", image.toString(), disk.toString()};
        run(mount);
        try (RelayProcess relay = RelayProcess.start(
                folder,
                disk.resolve("data"),
                "receive: {networks: [127.0.0.0/8]}\nlocal: {recipients: recipients, maildirs: " + folder + "/mail}")) {
            String large = ("x".repeat(70) + "\n").repeat(3000);
            try (SmtpSender sender = new SmtpSender(relay.address())) {
                assertThat(sender.sendTo("x@away.example", "X-Name: small\n\nbody"))
                        .startsWith("250 ");
                assertThat(sender.sendTo("x@away.example", "X-Name: large\n\n" + large))
                        .startsWith("250 ");
                Files.writeString(Path.of("/sys/fs/ext4", loop(disk), "trigger_fs_error"), "asked for by a test");
                for (int i = 0; i < 3; i++) {
                    assertThat(sender.sendTo("x@away.example", "X-Name: refused\n\nbody"))
                            .startsWith("451 ");
                    assertThat(sender.sendTo("x@away.example", "X-Name: refused\n\n" + large))
                            .startsWith("451 ");
                }
            }
            assertThat(relay.queued()).isEqualTo(2);
            assertThat(relay.log()).contains("Read-only file system").doesNotContain("\tat ");
            relay.kill();
            run("umount", disk.toString());
            // 1: what was wrong is mended
            run("bash", "-c", "fsck.ext4 -fy " + image + " || [ $? = 1 ]");
            run(mount);
            relay.again();
            assertThat(relay.queued()).isEqualTo(2);
            try (SmtpSender sender = new SmtpSender(relay.address())) {
                assertThat(sender.sendTo("x@away.example", "X-Name: again\n\nbody"))
                        .startsWith("250 ");
            }
            assertThat(relay.queued()).isEqualTo(3);
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    /** The name of the device that is mounted there. */
    private static String loop(Path disk) throws IOException {
        return Files.readAllLines(Path.of("/proc/mounts")).stream()
                .filter(line -> line.contains(" " + disk + " "))
                .map(line -> line.substring("/dev/".length(), line.indexOf(' ')))
                .findFirst()
                .orElseThrow();
    }
}
