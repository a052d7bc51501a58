package org.hikyaku.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls somebody at SIGHUP. Java offers signals in {@code sun.misc.Signal} alone, which the compiler warns of whatever one
 * says; it is reached by name, and where it is not there SIGHUP ends the process as ever.
 */
final class HangUp {
    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

    private HangUp() {}

    static void onSignal(Runnable reload) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object called =
                    Proxy.newProxyInstance(HangUp.class.getClassLoader(), new Class<?>[] {handler}, (_, _, _) -> {
                        reload.run();
                        return 0;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), called);
        } catch (ReflectiveOperationException e) {
            Throwable cause = e instanceof InvocationTargetException i && i.getCause() != null ? i.getCause() : e;
            LOG.warn(
                    "SIGHUP will not have files read again ({}); changed files are seen all the same",
                    cause.toString());
        }
    }
}
