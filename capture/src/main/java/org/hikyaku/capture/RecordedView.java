package org.hikyaku.capture;

import org.hikyaku.capture.tcp.Side;
import org.jspecify.annotations.Nullable;

/** Stands between a connection's decoder and its view: what the one says on its thread the other hears on another. */
final class RecordedView implements ConnectionView {
    final Connection connection;
    private final DecodeWorker worker;

    /** The view; known to the thread that tells views only. */
    private @Nullable ConnectionView view;

    RecordedView(Connection connection, DecodeWorker worker) {
        this.connection = connection;
        this.worker = worker;
        worker.event(Chunk.Kind.OPENED, this, Side.CLIENT, 0, connection.firstFrame(), connection.nanos());
    }

    @Override
    public void data(Side side, boolean encrypted, byte[] data, int offset, int length, long frame, long nanos) {
        worker.data(this, side, encrypted, data, offset, length, frame, nanos);
    }

    @Override
    public void hole(Side side, boolean encrypted, long bytes, long frame) {
        worker.event(encrypted ? Chunk.Kind.HOLE_ENCRYPTED : Chunk.Kind.HOLE_CLEAR, this, side, bytes, frame, 0);
    }

    @Override
    public void tlsBegins(long frame) {
        worker.event(Chunk.Kind.TLS_BEGINS, this, Side.CLIENT, 0, frame, 0);
    }

    @Override
    public void end() {
        worker.event(Chunk.Kind.END, this, Side.CLIENT, 0, 0, 0);
    }

    void opened(ConnectionView by) {
        view = by;
    }

    /** Tells the view one event. */
    void tell(Chunk chunk, int i) {
        ConnectionView to = view;
        if (to == null) {
            throw new IllegalStateException("an event of a connection that was not opened");
        }
        Side side = chunk.byServer[i] ? Side.SERVER : Side.CLIENT;
        int length = (int) chunk.lengths[i];
        long frame = chunk.frames[i];
        switch (chunk.kinds[i]) {
            case OPENED -> {} // by whom the view was made
            case DATA_CLEAR -> to.data(side, false, chunk.bytes, chunk.offsets[i], length, frame, chunk.nanos[i]);
            case DATA_ENCRYPTED -> to.data(side, true, chunk.bytes, chunk.offsets[i], length, frame, chunk.nanos[i]);
            case HOLE_CLEAR -> to.hole(side, false, chunk.lengths[i], frame);
            case HOLE_ENCRYPTED -> to.hole(side, true, chunk.lengths[i], frame);
            case TLS_BEGINS -> to.tlsBegins(frame);
            case END -> to.end();
        }
    }
}
