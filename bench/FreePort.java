import java.net.ServerSocket;

/** Prints a port that is free. Run: {@code java FreePort.java}. */
public final class FreePort {
  public static void main(String[] arguments) throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      System.out.println(socket.getLocalPort());
    }
  }
}
