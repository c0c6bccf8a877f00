@echo off
rem Double-click: asks for year, quarter and date, classifies the folder beside it, opens the report.
cd /d "%~dp0"
sanse.exe start
