package org.hikyaku.relay.service;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the service is (sd_notify(3)): one datagram to the UNIX socket that {@code NOTIFY_SOCKET} names. Java
 * knows no datagrams on UNIX sockets, so that socket(2), sendto(2) and close(2) are called directly. Without that variable
 * nothing happens; where something fails it is logged once and the service goes on.
 */
public final class SystemdNotifier {
    private static final Logger LOG = LoggerFactory.getLogger(SystemdNotifier.class);
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int LONGEST_PATH = 107;

    private final Optional<String> socket;
    private final Optional<Duration> watchdog;

    /** @param variables the environment: NOTIFY_SOCKET, WATCHDOG_USEC */
    public SystemdNotifier(Map<String, String> variables) {
        this.socket = Optional.ofNullable(variables.get("NOTIFY_SOCKET")).filter(s -> !s.isEmpty());
        this.watchdog = Optional.ofNullable(variables.get("WATCHDOG_USEC"))
                .filter(t -> !t.isEmpty() && t.length() < 16 && t.chars().allMatch(c -> c >= '0' && c <= '9'))
                .map(t -> Duration.ofNanos(Long.parseLong(t) * 1000))
                .filter(d -> !d.isZero());
    }

    /** How often the watchdog wants to hear of us: half its time. */
    public Optional<Duration> watchdogInterval() {
        return socket.isPresent() ? watchdog.map(d -> d.dividedBy(2)) : Optional.empty();
    }

    public void ready(String status) {
        send("READY=1\nSTATUS=" + status);
    }

    /** A reload has begun; {@link #ready} ends it. */
    public void reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000);
    }

    public void stopping() {
        send("STOPPING=1");
    }

    public void status(String status) {
        send("STATUS=" + status);
    }

    public void alive() {
        send("WATCHDOG=1");
    }

    private void send(String message) {
        if (socket.isEmpty()) {
            return;
        }
        try {
            send(socket.get(), message);
        } catch (Throwable e) { // what a method handle throws is not declared
            if (e instanceof Error error && !(e instanceof LinkageError)) {
                throw error;
            }
            LOG.atWarn().log("systemd could not be told \"{}\": {}", message.split("\n", 2)[0], e.toString());
        }
    }

    private static void send(String name, String message) throws Throwable {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        if (path.length > LONGEST_PATH) {
            throw new IllegalArgumentException("NOTIFY_SOCKET is longer than a UNIX socket's name can be");
        }
        if (path[0] == '@') {
            path[0] = 0; // an abstract socket
        }
        try (Arena arena = Arena.ofConfined()) {
            Calls calls = Calls.link();
            // struct sockaddr_un { sa_family_t (16 bits) family; char path[108]; }
            MemorySegment address = arena.allocate(2 + path.length + 1L, 2);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
            int length = 2 + path.length + (path[0] == 0 ? 0 : 1);
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            int descriptor = (int) calls.socket.invokeExact(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
            if (descriptor < 0) {
                throw new IllegalStateException("no socket could be made");
            }
            try {
                long sent = (long) calls.sendto.invokeExact(descriptor, data, (long) bytes.length, 0, address, length);
                if (sent != bytes.length) {
                    throw new IllegalStateException("nobody takes it at " + name);
                }
            } finally {
                int _ = (int) calls.close.invokeExact(descriptor);
            }
        }
    }

    /** Three functions of libc; only few messages are sent in a process's life, so that they are looked up each time. */
    private record Calls(MethodHandle socket, MethodHandle sendto, MethodHandle close) {

        @SuppressWarnings("restricted") // the launcher and the manifest allow native access
        static Calls link() {
            Linker linker = Linker.nativeLinker();
            SymbolLookup libc = linker.defaultLookup();
            return new Calls(
                    linker.downcallHandle(
                            libc.findOrThrow("socket"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT)),
                    linker.downcallHandle(
                            libc.findOrThrow("sendto"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT)),
                    linker.downcallHandle(
                            libc.findOrThrow("close"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)));
        }
    }
}
