package org.attunedb.bench.faults;

import java.nio.file.Path;
import java.util.List;
import org.attunedb.index.Attune;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.VectorCollection;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.store.Store;

/** An open store, on a folder or on a simulated disk. */
interface Session extends AutoCloseable {
  VectorCollection create(String name, CollectionSpec spec);

  VectorCollection get(String name);

  void rename(String name, String newName);

  void drop(String name);

  List<String> names();

  @Override
  void close();

  /** Opens a store on a simulated disk. */
  static Session open(Path root, FileOps disk, AttuneOptions options) {
    Store store = Store.open(root, disk, options, () -> {});
    return new Session() {
      @Override
      public VectorCollection create(String name, CollectionSpec spec) {
        return store.create(name, spec, null);
      }

      @Override
      public VectorCollection get(String name) {
        return store.get(name, null);
      }

      @Override
      public void rename(String name, String newName) {
        store.rename(name, newName);
      }

      @Override
      public void drop(String name) {
        store.drop(name);
      }

      @Override
      public List<String> names() {
        return store.names();
      }

      @Override
      public void close() {
        store.close();
      }
    };
  }

  /** Opens a store as an application does. */
  static Session open(Path folder, AttuneOptions options) {
    Attune store = Attune.open(folder, options);
    return new Session() {
      @Override
      public VectorCollection create(String name, CollectionSpec spec) {
        return store.createCollection(name, spec);
      }

      @Override
      public VectorCollection get(String name) {
        return store.collection(name);
      }

      @Override
      public void rename(String name, String newName) {
        store.renameCollection(name, newName);
      }

      @Override
      public void drop(String name) {
        store.dropCollection(name);
      }

      @Override
      public List<String> names() {
        return store.collections();
      }

      @Override
      public void close() {
        store.close();
      }
    };
  }
}
