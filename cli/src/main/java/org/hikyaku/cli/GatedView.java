package org.hikyaku.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.hikyaku.capture.ConnectionView;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.net.Limit;

/** Holds back what passes until it is known whether the connection is asked for. */
final class GatedView implements ConnectionView {
    private static final Limit HELD = new Limit("bytes held of one connection until it is known what it is", 1 << 20);

    private final ConnectionView target;
    private final Function<Boolean, DecodeFilter.Fit> decision;
    private final List<Runnable> held = new ArrayList<>();
    private DecodeFilter.Fit fit = DecodeFilter.Fit.NOT_YET;
    private long bytes;

    /** @param decision whether to let it through; is given true when there is no more to wait for */
    GatedView(ConnectionView target, Function<Boolean, DecodeFilter.Fit> decision) {
        this.target = target;
        this.decision = decision;
    }

    private boolean open(boolean last) {
        if (fit == DecodeFilter.Fit.NOT_YET) {
            fit = decision.apply(last || bytes > HELD.value());
            if (fit != DecodeFilter.Fit.NOT_YET) {
                List<Runnable> all = List.copyOf(held);
                held.clear();
                if (fit == DecodeFilter.Fit.YES) {
                    all.forEach(Runnable::run);
                }
            }
        }
        return fit == DecodeFilter.Fit.YES;
    }

    private void pass(Runnable event) {
        if (fit == DecodeFilter.Fit.NOT_YET) {
            held.add(event);
            open(false);
        } else if (fit == DecodeFilter.Fit.YES) {
            event.run();
        }
    }

    @Override
    public void data(Side side, boolean encrypted, byte[] data, int offset, int length, long frame, long nanos) {
        if (open(false)) {
            target.data(side, encrypted, data, offset, length, frame, nanos);
        } else if (fit == DecodeFilter.Fit.NOT_YET) {
            byte[] copy = Arrays.copyOfRange(data, offset, offset + length);
            bytes += length;
            pass(() -> target.data(side, encrypted, copy, 0, copy.length, frame, nanos));
        }
    }

    @Override
    public void hole(Side side, boolean encrypted, long missing, long frame) {
        pass(() -> target.hole(side, encrypted, missing, frame));
    }

    @Override
    public void tlsBegins(long frame) {
        pass(() -> target.tlsBegins(frame));
    }

    @Override
    public void end() {
        if (open(true)) {
            target.end();
        }
    }
}
