"""Writes test/fixtures/sql/graders.jsonl: pairs of queries, and whether the evaluations of Spider and BIRD say that they agree.

    python scripts/golden/sql_graders.py --test-suite FOLDER > test/fixtures/sql/graders.jsonl

FOLDER holds exec_eval.py, parse.py and process_sql.py of test-suite-sql-eval (e97acc5; needs sqlparse, nltk and tqdm of the package
index), which is called as its evaluation.py does without options: DISTINCT is taken out of both queries. BIRD's is restated from
calculate_ex of mini_dev's evaluation/evaluation_ex.py (47f116d): sets of rows are equal; a query that fails is wrong. Its first release
(bird/llm/src/evaluation.py of DAMO-ConvAI, 1743ec4) sorts the values of each row before.

The first line holds the database, every other line a gold query with others: what kind each is, and who accepts it.
"""
import argparse
import contextlib
import io
import json
import os
import sqlite3
import sys
import tempfile

SCRIPT = """CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT, country TEXT, age INTEGER, height REAL);
INSERT INTO singer VALUES (1, 'Ann', 'France', 25, 1.7), (2, 'Bob', 'France', 31, 1.8), (3, 'Cid', 'Spain', 31, NULL), (4, 'Dee', 'Italy', 19, 1.65), (5, 'Eve', 'Spain', 44, 1.7);
CREATE TABLE concert (id INTEGER PRIMARY KEY, singer INTEGER, year INTEGER, place TEXT);
INSERT INTO concert VALUES (1, 1, 2014, 'Nice'), (2, 1, 2015, 'Rome'), (3, 2, 2015, 'Nice'), (4, 5, 2014, 'Oslo'), (5, 5, 2014, 'Nice');
"""

# Gold query; others by the kind of change.
PAIRS = [
    ("SELECT name FROM singer WHERE country = 'France'", {
        "same": "SELECT name FROM singer WHERE country LIKE 'france'",
        "renamed": "SELECT name AS who FROM singer AS s WHERE s.country = 'France'",
        "wrong-rows": "SELECT name FROM singer WHERE country = 'Spain'",
        "more-columns": "SELECT name, age FROM singer WHERE country = 'France'",
        "fails": "SELECT nam FROM singer",
        "chance": "SELECT name FROM singer WHERE id <= 2",
        "no-query": "I do not know",
    }),
    ("SELECT name, age FROM singer WHERE age > 20", {
        "columns-swapped": "SELECT age, name FROM singer WHERE age > 20",
        "same": "SELECT s.name, s.age FROM singer s WHERE NOT s.age <= 20",
        "wrong-rows": "SELECT name, age FROM singer WHERE age > 25",
        "other-column": "SELECT name, id FROM singer WHERE age > 20",
        "rows-doubled": "SELECT name, age FROM singer WHERE age > 20 UNION ALL SELECT name, age FROM singer WHERE age > 20",
    }),
    ("SELECT name FROM singer ORDER BY age DESC, name", {
        "same": "SELECT name FROM singer ORDER BY -age, name ASC",
        "order-lost": "SELECT name FROM singer",
        "order-other": "SELECT name FROM singer ORDER BY age, name",
        "wrong-rows": "SELECT name FROM singer ORDER BY age DESC, name LIMIT 4",
    }),
    ("SELECT country FROM singer", {
        "distinct-added": "SELECT DISTINCT country FROM singer",
        "same": "SELECT country FROM singer ORDER BY name",
        "rows-lost": "SELECT country FROM singer WHERE id < 4 OR id > 4",
    }),
    ("SELECT DISTINCT country FROM singer", {
        "distinct-lost": "SELECT country FROM singer",
        "gold-distinct": "SELECT country FROM singer GROUP BY country",
        "wrong-rows": "SELECT DISTINCT country FROM singer WHERE id > 2",
    }),
    ("SELECT COUNT(*) FROM singer", {
        "same": "SELECT COUNT(id) FROM singer",
        "whole-float": "SELECT COUNT(*) * 1.0 FROM singer",
        "as-text": "SELECT CAST(COUNT(*) AS TEXT) FROM singer",
        "null-missed": "SELECT COUNT(height) FROM singer",
        "chance": "SELECT 5",
    }),
    ("SELECT AVG(age) FROM singer", {
        "same": "SELECT SUM(age) * 1.0 / COUNT(*) FROM singer",
        "whole-division": "SELECT SUM(age) / COUNT(*) FROM singer WHERE id <> 4",
        "rounded": "SELECT ROUND(AVG(age), 1) FROM singer",
        "wrong-rows": "SELECT AVG(age) FROM singer WHERE country = 'Spain'",
    }),
    ("SELECT AVG(height) FROM singer", {
        "rounded": "SELECT ROUND(AVG(height), 2) FROM singer",
        "null-counted": "SELECT SUM(height) / COUNT(*) FROM singer",
    }),
    ("SELECT country, COUNT(*) FROM singer GROUP BY country", {
        "columns-swapped": "SELECT COUNT(*), country FROM singer GROUP BY country",
        "same": "SELECT country, SUM(1) FROM singer GROUP BY 1 ORDER BY 2",
        "wrong-rows": "SELECT country, COUNT(*) FROM singer GROUP BY country HAVING COUNT(*) > 1",
        "other-column": "SELECT country, COUNT(DISTINCT age) FROM singer GROUP BY country",
    }),
    ("SELECT name FROM singer WHERE height IS NULL", {
        "same": "SELECT name FROM singer WHERE id = 3 AND height IS NULL",
        "null-compared": "SELECT name FROM singer WHERE height = NULL",
    }),
    ("SELECT height FROM singer", {
        "null-text": "SELECT COALESCE(height, 'None') FROM singer",
        "same": "SELECT height FROM singer ORDER BY height",
        "rows-lost": "SELECT height FROM singer WHERE height IS NOT NULL",
    }),
    ("SELECT s.name FROM singer s JOIN concert c ON c.singer = s.id", {
        "distinct-added": "SELECT DISTINCT s.name FROM singer s JOIN concert c ON c.singer = s.id",
        "semi-join": "SELECT name FROM singer WHERE id IN (SELECT singer FROM concert)",
        "same": "SELECT name FROM concert, singer WHERE singer = singer.id",
        "wrong-rows": "SELECT name FROM singer LEFT JOIN concert ON singer = singer.id",
    }),
    ("SELECT name FROM singer WHERE age > 90", {
        "empty": "SELECT name FROM singer WHERE age > 100",
        "empty-other-columns": "SELECT name, age, id FROM singer WHERE age > 100",
        "wrong-rows": "SELECT name FROM singer WHERE age > 40",
    }),
    ("SELECT name FROM singer ORDER BY height DESC LIMIT 1", {
        "same": "SELECT name FROM singer WHERE height = (SELECT MAX(height) FROM singer)",
        "wrong-rows": "SELECT name FROM singer ORDER BY height LIMIT 1",
    }),
    ("SELECT year, COUNT(*) FROM concert GROUP BY year ORDER BY COUNT(*)", {
        "same": "SELECT year, COUNT(*) AS n FROM concert GROUP BY year ORDER BY n",
        "order-other": "SELECT year, COUNT(*) FROM concert GROUP BY year ORDER BY COUNT(*) DESC",
        "columns-swapped": "SELECT COUNT(*), year FROM concert GROUP BY year ORDER BY COUNT(*)",
    }),
    ("SELECT id, age FROM singer WHERE id = 1", {
        "values-moved": "SELECT age, id FROM singer WHERE id = 1",
        "writes": "DELETE FROM concert",
        "several": "SELECT id, age FROM singer WHERE id = 1; SELECT 2",
        "spaced": "SELECT id, age FROM singer WHERE id > = 1 AND id < = 1",
        "comment": "SELECT id, age /* the age */ FROM singer WHERE id = 1 -- one",
    }),
    ("SELECT age * 0.1 FROM singer WHERE id = 4", {
        "last-bits": "SELECT age / 10.0 FROM singer WHERE id = 4",
    }),
    ("SELECT MAX(name) FROM singer", {
        "letter-case": "SELECT UPPER(MAX(name)) FROM singer",
        "same": "SELECT name FROM singer WHERE id = 5",
    }),
]


def rows_of(path, query):
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def of_bird(path, query, gold):
    try:
        return set(rows_of(path, query)) == set(rows_of(path, gold))
    except Exception:
        return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--test-suite", required=True)
    sys.path.insert(0, parser.parse_args().test_suite)
    from exec_eval import eval_exec_match

    def of_spider(path, query, gold):
        try:
            return eval_exec_match(path, query, gold, False, False, False) == 1
        except Exception:
            return False

    print(json.dumps({"script": SCRIPT}))
    for gold, others in PAIRS:
        said = {}
        for kind, query in others.items():
            said[kind] = {"sql": query, "accepts": []}
            for name, grade in (("spider", of_spider), ("bird", of_bird)):
                with tempfile.TemporaryDirectory() as folder:
                    path = os.path.join(folder, "db.sqlite")
                    connection = sqlite3.connect(path)
                    connection.executescript(SCRIPT)
                    connection.close()
                    with contextlib.redirect_stdout(io.StringIO()):
                        accepts = grade(path, query, gold)
                if accepts:
                    said[kind]["accepts"].append(name)
        print(json.dumps({"gold": gold, "others": said}))


if __name__ == "__main__":
    main()
