package org.hikyaku.capture.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Writes a capture again as pcapng, with TLS secrets in a Decryption Secrets Block in front of the first packet. A pcapng file stays as
 * it is but for that, block by block and byte by byte: interfaces with their names, comments, names of hosts, statistics, blocks of
 * others, in the byte order of their section.
 */
public final class CaptureCopy {
    private static final int SECTION_LENGTH = 16;

    private final Set<String> secrets;
    private final Predicate<Packet> wanted;
    private final boolean everything;

    private CaptureCopy(Collection<String> secrets, Predicate<Packet> wanted, boolean everything) {
        this.secrets = new LinkedHashSet<>(secrets);
        this.wanted = wanted;
        this.everything = everything;
    }

    /**
     * Of all packets; secrets that the capture holds stay in it.
     *
     * @param secrets lines of a TLS key log
     */
    public static CaptureCopy whole(Collection<String> secrets) {
        return new CaptureCopy(secrets, _ -> true, true);
    }

    /**
     * Of some packets; secrets that the capture holds are left out, for they may open what is not asked for.
     *
     * @param secrets lines of a TLS key log
     */
    public static CaptureCopy of(Predicate<Packet> wanted, Collection<String> secrets) {
        return new CaptureCopy(secrets, wanted, false);
    }

    /**
     * Writes it.
     *
     * @throws CaptureFormatException when the capture cannot be read any further; what comes before is written
     */
    public void write(Path from, OutputStream to) throws IOException {
        try (CaptureReader reader = CaptureFiles.openOnce(from)) {
            switch (reader) {
                case PcapNgReader blocks -> new Blocks(blocks, to).copy();
                default -> copyPackets(reader, to);
            }
            to.flush();
        }
    }

    private byte[] text() {
        return (String.join("\n", secrets) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private void copyPackets(CaptureReader from, OutputStream out) throws IOException {
        PcapNgWriter to = new PcapNgWriter(out, "hikyaku decode");
        if (!secrets.isEmpty()) {
            to.keyLog(text());
        }
        Packet packet = new Packet();
        int number = -1;
        while (from.next(packet)) { // the classic format has one interface
            if (number < 0) {
                number = to.addInterface(packet.linkType, from instanceof PcapReader pcap ? pcap.snapLength() : 0, "");
            }
            if (wanted.test(packet)) {
                to.packet(number, packet.nanos, packet.data, packet.offset, packet.captured, packet.original);
            }
        }
        to.flush();
    }

    /** Block by block. */
    private final class Blocks implements BlockListener {
        private final PcapNgReader from;
        private final OutputStream to;
        private boolean packets;

        Blocks(PcapNgReader from, OutputStream to) {
            this.from = from;
            this.to = to;
            from.blocks(this);
        }

        void copy() throws IOException {
            Packet packet = new Packet();
            while (from.next(packet)) {
                if (wanted.test(packet)) {
                    secretsFirst(from.littleEndian());
                    to.write(packet.data, from.blockOffset(), from.blockLength());
                }
            }
        }

        private void secretsFirst(boolean little) throws IOException {
            if (packets) {
                return;
            }
            packets = true;
            if (secrets.isEmpty()) {
                return;
            }
            byte[] text = text();
            int length = 20 + (text.length + 3 & ~3);
            ByteBuffer block =
                    ByteBuffer.allocate(length).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            block.putInt(PcapNgReader.SECRETS)
                    .putInt(length)
                    .putInt(PcapNgReader.TLS_KEY_LOG)
                    .putInt(text.length)
                    .put(text)
                    .putInt(length - 4, length);
            to.write(block.array());
        }

        @Override
        public void block(int type, boolean little, byte[] data, int offset, int length) throws IOException {
            switch (type) {
                case PcapNgReader.SECTION_HEADER -> {
                    boolean longer = !packets && !secrets.isEmpty();
                    if (length >= SECTION_LENGTH + 12 && (longer || !everything)) {
                        to.write(data, offset, SECTION_LENGTH);
                        to.write(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}); // not told: it is another than it was
                        to.write(data, offset + SECTION_LENGTH + 8, length - SECTION_LENGTH - 8);
                    } else {
                        to.write(data, offset, length);
                    }
                }
                case PcapNgReader.SECRETS -> {
                    if (everything) {
                        if (!packets) {
                            PcapNgReader.keyLog(little, data, offset, length).ifPresent(this::known);
                        }
                        to.write(data, offset, length);
                    }
                }
                case PcapNgReader.ENHANCED_PACKET, PcapNgReader.SIMPLE_PACKET, PcapNgReader.OLD_PACKET -> {
                    if (everything) {
                        secretsFirst(little);
                        to.write(data, offset, length);
                    }
                }
                default -> to.write(data, offset, length);
            }
        }

        /** What stands in front of the packets is not said twice. */
        private void known(byte[] log) {
            new String(log, StandardCharsets.US_ASCII)
                    .lines()
                    .map(String::strip)
                    .forEach(secrets::remove);
        }
    }
}
