package org.hikyaku.net.poll;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.net.UnixDatagramSocket;

/** Addresses as the system's calls have them: {@code sockaddr_in}, {@code sockaddr_in6}, {@code sockaddr_un}. */
final class SocketAddresses {
    /** Bytes that hold any of them. */
    static final int LONGEST = 128;

    private static final int IN = 16;
    private static final int IN6 = 28;
    private static final int IN6_ADDRESS = 8;
    private static final int IN6_SCOPE = 24;
    private static final int UN = 2 + 108;
    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddresses() {}

    static int family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address ? LinuxCalls.AF_INET6 : LinuxCalls.AF_INET;
    }

    static MemorySegment of(InetSocketAddress address, Arena arena) {
        byte[] bytes = address.getAddress().getAddress();
        boolean six = address.getAddress() instanceof Inet6Address;
        MemorySegment made = arena.allocate(six ? IN6 : IN, Integer.BYTES); // filled with zeros
        made.set(ValueLayout.JAVA_SHORT, 0, (short) family(address));
        made.set(NETWORK_SHORT, 2, (short) address.getPort());
        MemorySegment.copy(bytes, 0, made, ValueLayout.JAVA_BYTE, six ? IN6_ADDRESS : 4, bytes.length);
        if (address.getAddress() instanceof Inet6Address scoped) {
            made.set(ValueLayout.JAVA_INT, IN6_SCOPE, scoped.getScopeId());
        }
        return made;
    }

    static MemorySegment of(Path path, Arena arena) throws LimitExceededException {
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        UnixDatagramSocket.MAX_PATH.check(bytes.length);
        MemorySegment made = arena.allocate(UN, Short.BYTES);
        made.set(ValueLayout.JAVA_SHORT, 0, (short) LinuxCalls.AF_UNIX);
        MemorySegment.copy(bytes, 0, made, ValueLayout.JAVA_BYTE, 2, bytes.length);
        return made;
    }

    /** An address of the Internet. */
    static InetSocketAddress read(MemorySegment address) throws UnknownHostException {
        boolean six = address.get(ValueLayout.JAVA_SHORT, 0) == LinuxCalls.AF_INET6;
        int from = six ? IN6_ADDRESS : 4;
        byte[] bytes = address.asSlice(from, six ? 16 : 4).toArray(ValueLayout.JAVA_BYTE);
        return new InetSocketAddress(
                InetAddress.getByAddress(bytes), Short.toUnsignedInt(address.get(NETWORK_SHORT, 2)));
    }

    static boolean unix(MemorySegment address) {
        return address.get(ValueLayout.JAVA_SHORT, 0) == LinuxCalls.AF_UNIX;
    }
}
