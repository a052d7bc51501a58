package org.hikyaku.capture.file;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * pcapng (draft-ietf-opsawg-pcapng): blocks, each with its type and its length before and behind. A section header fixes
 * the byte order of what follows and forgets the interfaces before it; packets name the interface that they came through.
 */
final class PcapNgReader implements CaptureReader {
    private static final VarHandle BIG = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LITTLE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int INTERFACE = 1;
    static final int OLD_PACKET = 2;
    static final int SIMPLE_PACKET = 3;
    static final int ENHANCED_PACKET = 6;
    static final int SECRETS = 10;
    static final int TLS_KEY_LOG = 0x544c534b;
    private static final int OPTION_RESOLUTION = 9;
    private static final int OPTION_OFFSET = 14;

    private record Interface(int linkType, long snapLength, long unitsPerSecond, long offsetSeconds) {}

    private final CaptureInput in;
    private final SecretsListener secrets;
    private final List<Interface> interfaces = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private Optional<BlockListener> blocks = Optional.empty();
    private boolean little;
    private int blockLength;
    private long frame;
    private long skippedPackets;

    PcapNgReader(CaptureInput in, SecretsListener secrets) {
        this.in = in;
        this.secrets = secrets;
    }

    private int i32(int at) {
        return (int) (little ? LITTLE : BIG).get(in.buffer(), in.position() + at);
    }

    private long u32(int at) {
        return i32(at) & 0xffffffffL;
    }

    private int u16(int at) {
        byte[] b = in.buffer();
        int p = in.position() + at;
        int first = b[p] & 0xff;
        int second = b[p + 1] & 0xff;
        return little ? second << 8 | first : first << 8 | second;
    }

    @Override
    public boolean next(Packet packet) throws IOException {
        while (true) {
            if (!in.need(12)) {
                if (in.available() > 0) {
                    warnings.add("the file ends inside a block header behind packet " + frame + ": it was cut");
                }
                return false;
            }
            int type = i32(0);
            if (type == SECTION_HEADER) {
                int order = (int) BIG.get(in.buffer(), in.position() + 8);
                if (order != 0x1a2b3c4d && order != 0x4d3c2b1a) {
                    throw new CaptureFormatException(
                            "the pcapng section at byte " + in.offset() + " has no byte-order magic");
                }
                little = order == 0x4d3c2b1a;
            }
            long length = u32(4);
            if (length < 12 || length % 4 != 0) {
                throw new CaptureFormatException("the pcapng block at byte " + in.offset() + " claims " + length
                        + " bytes; block lengths are multiples of 4 and at least 12: the file is damaged there");
            }
            if (length > CaptureFiles.LONGEST_PACKET.value()) {
                warnings.add("passed over a block of " + length + " bytes behind packet " + frame
                        + ", more than the limit of " + CaptureFiles.LONGEST_PACKET.value() + " "
                        + CaptureFiles.LONGEST_PACKET.name());
                if (!in.skip(length)) {
                    warnings.add("the file ends inside that block: it was cut");
                    return false;
                }
                continue;
            }
            int size = (int) length;
            if (!in.need(size)) {
                warnings.add("the file ends inside the block behind packet " + frame + ": it was cut");
                return false;
            }
            boolean found = switch (type) {
                case SECTION_HEADER -> {
                    interfaces.clear();
                    yield false;
                }
                case INTERFACE -> {
                    readInterface(size);
                    yield false;
                }
                case ENHANCED_PACKET -> readPacket(packet, size, i32(8));
                case OLD_PACKET -> readPacket(packet, size, size < 32 ? -1 : u16(8));
                case SIMPLE_PACKET -> readSimplePacket(packet, size);
                case SECRETS -> {
                    readSecrets(size);
                    yield false;
                }
                default -> false; // names, statistics and blocks of others say nothing that we need
            };
            if (!found && blocks.isPresent()) {
                blocks.get().block(type, little, in.buffer(), in.position(), size);
            }
            in.advance(size);
            if (found) {
                blockLength = size;
                return true;
            }
        }
    }

    private void readInterface(int size) {
        if (size < 20) {
            warnings.add("passed over an interface block of " + size + " bytes, too short");
            interfaces.add(new Interface(-1, 0, 1_000_000, 0));
            return;
        }
        long units = 1_000_000;
        long offset = 0;
        int at = 16;
        while (at + 4 <= size - 4) {
            int code = u16(at);
            int length = u16(at + 2);
            if (code == 0 || at + 4 + length > size - 4) {
                break;
            }
            if (code == OPTION_RESOLUTION && length == 1) {
                int b = in.buffer()[in.position() + at + 4];
                int exponent = b & 0x7f;
                if (b < 0 && exponent <= 62) {
                    units = 1L << exponent;
                } else if (b >= 0 && exponent <= 18) {
                    units = power10(exponent);
                }
            } else if (code == OPTION_OFFSET && length == 8) {
                offset = little ? u32(at + 4) | u32(at + 8) << 32 : u32(at + 4) << 32 | u32(at + 8);
            }
            at += 4 + (length + 3 & ~3);
        }
        interfaces.add(new Interface(u16(8), u32(12), units, offset));
    }

    private static long power10(int exponent) {
        long p = 1;
        for (int i = 0; i < exponent; i++) {
            p *= 10;
        }
        return p;
    }

    private boolean readPacket(Packet packet, int size, int interfaceId) {
        if (size < 32 || interfaceId < 0 || interfaceId >= interfaces.size()) {
            passedOver(
                    size < 32
                            ? "its block is too short"
                            : "it names interface " + interfaceId + ", which the section lacks");
            return false;
        }
        Interface from = interfaces.get(interfaceId);
        long units = u32(12) << 32 | u32(16);
        return deliver(packet, size, 28, u32(20), u32(24), from, nanos(units, from));
    }

    private boolean readSimplePacket(Packet packet, int size) {
        if (size < 16 || interfaces.isEmpty()) {
            passedOver("its section has no interface");
            return false;
        }
        Interface from = interfaces.getFirst();
        long original = u32(8);
        long captured = Math.min(original, size - 16);
        if (from.snapLength() > 0) {
            captured = Math.min(captured, from.snapLength());
        }
        return deliver(packet, size, 12, captured, original, from, 0);
    }

    private boolean deliver(
            Packet packet, int size, int header, long captured, long original, Interface from, long nanos) {
        if (captured > size - header - 4L) {
            passedOver("it claims " + captured + " bytes in a block of " + size);
            return false;
        }
        packet.frame = ++frame;
        packet.nanos = nanos;
        packet.linkType = from.linkType();
        packet.data = in.buffer();
        packet.offset = in.position() + header;
        packet.captured = (int) captured;
        packet.original = Math.max(original, captured);
        return true;
    }

    private void passedOver(String why) {
        frame++;
        if (skippedPackets++ < 10) {
            warnings.add("passed over packet " + frame + ": " + why);
        }
    }

    private static long nanos(long units, Interface from) {
        long perSecond = from.unitsPerSecond();
        long seconds = Long.divideUnsigned(units, perSecond);
        long rest = Long.remainderUnsigned(units, perSecond);
        long nanos = perSecond <= 1_000_000_000L
                ? rest * 1_000_000_000L / perSecond
                : (long) ((double) rest * 1e9 / perSecond);
        return (seconds + from.offsetSeconds()) * 1_000_000_000L + nanos;
    }

    private void readSecrets(int size) {
        keyLog(little, in.buffer(), in.position(), size).ifPresent(secrets::keyLog);
    }

    /** The TLS key log in a Decryption Secrets Block that stands there whole, if it holds one. */
    static Optional<byte[]> keyLog(boolean little, byte[] data, int offset, int size) {
        if (size < 20) {
            return Optional.empty();
        }
        VarHandle order = little ? LITTLE : BIG;
        long length = (int) order.get(data, offset + 12) & 0xffffffffL;
        if ((int) order.get(data, offset + 8) != TLS_KEY_LOG || length > size - 20L) {
            return Optional.empty();
        }
        return Optional.of(Arrays.copyOfRange(data, offset + 16, offset + 16 + (int) length));
    }

    /** Tells all blocks but those of the packets that are given. To be called before the first packet. */
    void blocks(BlockListener listener) {
        blocks = Optional.of(listener);
    }

    /** Of the section of the last packet. */
    boolean littleEndian() {
        return little;
    }

    /** Where the block of the last packet begins, in its {@link Packet#data}. */
    int blockOffset() {
        return in.position() - blockLength;
    }

    /** Bytes of the last packet's block. */
    int blockLength() {
        return blockLength;
    }

    @Override
    public void windows(Windows windows) {
        in.windows(windows);
    }

    @Override
    public List<String> warnings() {
        List<String> all = new ArrayList<>(warnings);
        if (skippedPackets > 10) {
            all.add("passed over " + skippedPackets + " packets in all");
        }
        in.trouble().ifPresent(all::add);
        return all;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
