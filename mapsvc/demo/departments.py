"""Departments: the bodies that incidents of the invented community go to."""

from __future__ import annotations

from mapsvc.model.post import Department

DEPARTMENTS = (
    Department("court", "District court, second circuit room", "区法院第二法庭"),
    Department("fire", "Fire and rescue station", "消防救援站"),
    Department("justice", "Justice office", "司法所"),
    Department("market_office", "Market management office", "市场管理所"),
    Department("owners_committee", "Owners' committees", "业委会"),
    Department("police", "Willow Bank police station", "柳岸派出所"),
    Department("procuratorate", "District procuratorate, liaison desk", "区检察院联络室"),
    Department("property", "Property companies", "物业公司"),
    Department("sanitation", "Sanitation team", "环卫队"),
    Department("street_office", "Street office", "街道办事处"),
    Department("utilities", "Water and electricity company", "水电公司"),
)
"""In code order."""
