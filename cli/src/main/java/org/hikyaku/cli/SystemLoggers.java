package org.hikyaku.cli;

import java.util.Optional;
import java.util.ResourceBundle;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Hands {@link System.Logger} on to java.util.logging, as the JDK does by itself where no provider is found. It stands in the first jar
 * of the class path, so that the JDK need not look into each of the others before the first library may have a logger.
 */
public final class SystemLoggers extends System.LoggerFinder {
    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Handing(Logger.getLogger(name));
    }

    private record Handing(Logger to) implements System.Logger {
        /** Between the caller and java.util.logging; the rest of the way is the JDK's own. */
        private static final String OWN = Handing.class.getName();

        @Override
        public String getName() {
            return to.getName();
        }

        @Override
        public boolean isLoggable(Level level) {
            return to.isLoggable(of(level));
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
            if (isLoggable(level)) {
                LogRecord entry = entry(level, bundle, message);
                entry.setThrown(thrown);
                to.log(entry);
            }
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                Object @Nullable ... parameters) {
            if (isLoggable(level)) {
                LogRecord entry = entry(level, bundle, format);
                entry.setParameters(parameters);
                to.log(entry);
            }
        }

        private LogRecord entry(Level level, @Nullable ResourceBundle bundle, @Nullable String message) {
            LogRecord entry = new LogRecord(of(level), message);
            entry.setLoggerName(to.getName());
            entry.setResourceBundle(bundle);
            Optional<StackWalker.StackFrame> caller = StackWalker.getInstance()
                    .walk(frames -> frames.filter(frame -> !isOnTheWay(frame.getClassName()))
                            .findFirst());
            entry.setSourceClassName(
                    caller.map(StackWalker.StackFrame::getClassName).orElse(null));
            entry.setSourceMethodName(
                    caller.map(StackWalker.StackFrame::getMethodName).orElse(null));
            return entry;
        }

        private static boolean isOnTheWay(String name) {
            return name.equals(OWN)
                    || name.equals("java.lang.System$Logger")
                    || name.startsWith("jdk.internal.logger.")
                    || name.startsWith("sun.util.logging.");
        }

        private static java.util.logging.Level of(Level level) {
            return switch (level) {
                case ALL -> java.util.logging.Level.ALL;
                case TRACE -> java.util.logging.Level.FINER;
                case DEBUG -> java.util.logging.Level.FINE;
                case INFO -> java.util.logging.Level.INFO;
                case WARNING -> java.util.logging.Level.WARNING;
                case ERROR -> java.util.logging.Level.SEVERE;
                case OFF -> java.util.logging.Level.OFF;
            };
        }
    }
}
