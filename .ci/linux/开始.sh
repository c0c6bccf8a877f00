#!/bin/sh
# Asks for year, quarter and date, classifies the folder beside it, opens the report.
cd "$(dirname "$0")" && exec ./sanse start
