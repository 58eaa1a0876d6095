-- +goose Up
-- What of a post's texts a search can look at before it reads them: see models/grams.go. NULL stands for texts that
-- nobody has looked through yet; the triggers put it there, whoever writes. Nobody searches all revisions.
CREATE TABLE {prefix}headpress_texts (
  post_id INTEGER PRIMARY KEY,
  grams BLOB
);
INSERT INTO {prefix}headpress_texts (post_id) SELECT ID FROM {prefix}posts WHERE post_type <> 'revision';
CREATE INDEX {prefix}headpress_texts_due ON {prefix}headpress_texts (post_id) WHERE grams IS NULL;

-- +goose StatementBegin
CREATE TRIGGER {prefix}headpress_texts_new AFTER INSERT ON {prefix}posts WHEN NEW.post_type <> 'revision' BEGIN
  INSERT INTO {prefix}headpress_texts (post_id) VALUES (NEW.ID) ON CONFLICT (post_id) DO UPDATE SET grams = NULL;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER {prefix}headpress_texts_changed AFTER UPDATE OF ID, post_type, post_title, post_excerpt, post_content ON {prefix}posts WHEN NEW.post_type <> 'revision' BEGIN
  INSERT INTO {prefix}headpress_texts (post_id) VALUES (NEW.ID) ON CONFLICT (post_id) DO UPDATE SET grams = NULL;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER {prefix}headpress_texts_gone AFTER DELETE ON {prefix}posts BEGIN
  DELETE FROM {prefix}headpress_texts WHERE post_id = OLD.ID;
END;
-- +goose StatementEnd
